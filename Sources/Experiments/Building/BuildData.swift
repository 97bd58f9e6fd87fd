public import ConfigCore
public import ImageData
public import TensorCore

/// Builds a data set, its pipeline included.
///
/// Source: MMClassification's `build_dataset`.
///
/// - Parameters:
///   - config: The data set's config.
///   - path: The way to it in the config, for messages.
///   - registries: The data sets and transforms that may be named.
///   - style: Which package's transforms the pipeline means.
/// - Returns: The data set.
/// - Throws: `ConfigError`, or `DataError` for a folder or file that cannot be used.
public func buildDataset(
    _ config: ConfigNode, at path: String = "data.train", registries: Registries = .standard(),
    style: PipelineStyle = .legacy
) throws -> any Dataset {
    var context = registries.context()
    context.provide(style)
    // A list of configs means their data sets one after the other.
    let config = config.list == nil ? config : ["type": "ConcatDataset", "datasets": config]
    return try registries.datasets.build(config, at: path, context)
}

extension Experiment.Loader {
    /// What puts samples together.
    func collate(_ registries: Registries) throws -> Collate {
        let path = path.hasSuffix(".dataset") ? String(path.dropLast(".dataset".count)) : path
        return try collate.map {
            try registries.collates.build($0, at: "\(path).collate_fn", registries.context())
        } ?? Collate()
    }
}

/// Builds the loader of a data set for a single process.
///
/// Source: MMClassification's `build_dataloader`. Shuffling draws from `generator` as PyTorch's loader
/// does; augmentation depends on `seed` and the place in the order alone.
///
/// - Parameters:
///   - dataset: The data.
///   - samplesPerGPU: Samples of a batch.
///   - workersPerGPU: Threads that read data; the batches do not depend on it.
///   - shuffle: Whether each pass has another order.
///   - generator: The run's generator.
///   - seed: Where augmentation starts.
///   - dropLast: Whether a last batch that is not full is left out.
///   - onCorrupt: What happens to unreadable files.
/// - Returns: The loader.
public func buildDataloader(
    _ dataset: any Dataset, samplesPerGPU: Int, workersPerGPU: Int, shuffle: Bool = true,
    generator: TorchGenerator, seed: UInt64 = 0, dropLast: Bool = false,
    onCorrupt: CorruptFilePolicy = .error
) -> DataLoader {
    DataLoader(
        dataset: dataset, batchSize: samplesPerGPU, workers: workersPerGPU,
        order: shuffle ? .shuffled : .sequential, generator: generator, seed: seed,
        dropLast: dropLast, onCorrupt: onCorrupt)
}
