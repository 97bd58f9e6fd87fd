import ConfigCore

extension LegacyInterpreter {
    /// The loaders that `data` describes, by the name of their data set.
    ///
    /// Keys beside the data sets hold for all loaders; `train_dataloader` and its like override them.
    /// Training shuffles; validation, test and the phases of custom runners go through the data in order
    /// and keep the last batch.
    static func loaders(_ reader: inout ConfigReader, phases: [String]) throws -> [String:
        Experiment.Loader]
    {
        let standard = ["train", "val", "test"]
        let sampler = try reader.nested("sampler", sampler)
        let loaders = try reader.nested("data") { data in
            let common = try LoaderKeys(&data)
            var loaders: [String: Experiment.Loader] = [:]
            for phase in standard + Set(phases).subtracting(standard).sorted() {
                let own = try data.nested("\(phase)_dataloader") { try LoaderKeys(&$0) }
                guard let dataset = data.node(phase), !dataset.isNull else { continue }
                guard dataset.mapping != nil else {
                    throw data.failure(phase, "", expected: "a data set's mapping")
                }
                let isTraining = phase == "train"
                var loader = Experiment.Loader(
                    dataset: dataset, path: data.path(to: phase),
                    batchSize: try own?.batchSize ?? common.batchSize
                        ?? data.required("samples_per_gpu"),
                    workers: own?.workers ?? common.workers ?? 0,
                    keepsWorkers: own?.keepsWorkers ?? common.keepsWorkers ?? true,
                    shuffles: own?.shuffles ?? (isTraining ? common.shuffles ?? true : false),
                    dropsLast: own?.dropsLast ?? (isTraining ? common.dropsLast ?? false : false),
                    skipsCorrupt: own?.skipsCorrupt ?? common.skipsCorrupt ?? false)
                if isTraining, let sampler {
                    loader.sampler = .seeded(nil)
                    loader.shuffles = sampler
                }
                loaders[phase] = loader
            }
            return loaders
        }
        return loaders ?? [:]
    }

    /// Whether the sampler that takes the place of shuffling by the run's generator shuffles itself.
    private static func sampler(_ reader: inout ConfigReader) throws -> Bool {
        let type: String = try reader.required("type")
        guard type.split(separator: ".").last == "DistributedSampler" else {
            throw reader.failure(
                "type", "\"\(type)\" is not a known sampler", remedy: "known: DistributedSampler")
        }
        // One process has nothing to round.
        reader.ignore("round_up")
        return try reader.value("shuffle", default: true)
    }
}

/// The keys that tell how batches are made.
private struct LoaderKeys {
    let batchSize: Int?
    let workers: Int?
    let keepsWorkers: Bool?
    let shuffles: Bool?
    let dropsLast: Bool?
    let skipsCorrupt: Bool?

    init(_ reader: inout ConfigReader) throws {
        batchSize = try reader.optional("samples_per_gpu")
        if let batchSize, batchSize < 1 {
            throw reader.failure("samples_per_gpu", "", expected: "at least 1")
        }
        workers = try reader.optional("workers_per_gpu")
        if let workers, workers < 0 {
            throw reader.failure("workers_per_gpu", "", expected: "0 or more")
        }
        shuffles = try reader.optional("shuffle")
        dropsLast = try reader.optional("drop_last")
        keepsWorkers = try reader.optional("persistent_workers")
        // They steer Python's worker processes, and loaders for IPUs; threads need none of them.
        reader.ignore("pin_memory", "prefetch_factor", "mode")
        switch try reader.optional("on_corrupt", as: String.self) {
        case nil: skipsCorrupt = nil
        case "error": skipsCorrupt = false
        case "skip": skipsCorrupt = true
        default:
            throw reader.failure("on_corrupt", "", expected: "\"error\" or \"skip\"")
        }
    }
}
