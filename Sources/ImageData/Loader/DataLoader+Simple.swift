public import TensorCore
import TrainingInterfaces

extension DataLoader {
    /// A loader in PyTorch's words.
    ///
    /// Shuffling depends on seed and pass alone, as MMEngine's `DefaultSampler` has it; with a generator
    /// it draws from that as PyTorch's `RandomSampler` does.
    ///
    /// - Parameters:
    ///   - dataset: The data.
    ///   - batchSize: Samples of a batch.
    ///   - shuffle: Whether each pass has another order.
    ///   - sampler: An order of one's own, in place of shuffling.
    ///   - collate: Puts samples together.
    ///   - numWorkers: Threads that read data; the batches do not depend on it.
    ///   - dropLast: Whether to leave out a last batch that is not full.
    ///   - generator: Where shuffling draws its seeds.
    ///   - seed: Where shuffling and everything random in the pipeline start.
    public convenience init(
        dataset: any Dataset, batchSize: Int = 1, shuffle: Bool, sampler: SampleOrder? = nil,
        collate: Collate = Collate(), numWorkers: Int = 0, dropLast: Bool = false,
        generator: TorchGenerator? = nil, seed: UInt64 = 0
    ) {
        let order: SampleOrder =
            generator == nil
            ? .seeded(seed: seed, shuffle: shuffle) : shuffle ? .shuffled : .sequential
        self.init(
            dataset: dataset, batchSize: batchSize, workers: numWorkers, order: sampler ?? order,
            generator: generator, seed: seed, dropLast: dropLast, collate: collate)
    }
}
