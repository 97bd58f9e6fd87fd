public import TensorCore
public import TrainingInterfaces

/// Hands out a data set's batches, made ahead of time by worker threads.
///
/// The batches are the same, bit for bit, for any number of workers.
public final class DataLoader: BatchSource {
    /// How many samples a batch has; the last one of a pass may have fewer.
    public let batchSize: Int
    /// How many threads read data; with 0 the caller's thread does.
    public let workers: Int
    /// How many samples one pass visits.
    public let sampleCount: Int
    /// How many batches one pass has.
    public let batchesPerEpoch: Int
    /// Where the loader stands.
    public private(set) var position = SourcePosition()
    /// What was left out so far, each file once, in the order in which it was met.
    public private(set) var skipped: [DataError] = []
    /// Called on the model's thread with each file that is left out, the first time.
    public var onSkip: ((DataError) -> Void)?

    private var skippedFiles: Set<String> = []
    /// The data.
    public let dataset: any Dataset
    private let pipeline: Pipeline
    private let order: SampleOrder
    private let generator: TorchGenerator?
    private let random: KeyedRandom
    private let policy: CorruptFilePolicy
    private let collate: Collate
    private let keepsLabels: Bool
    private let keepsWorkers: Bool
    /// The elements of each class, where the order depends on them.
    private let classes: [[Int]]
    /// The pass in progress.
    private var pass: Pass?

    private struct Pass {
        let maker: BatchMaker
        let prefetcher: OrderedPrefetcher<BatchMaker.Output>?
        /// The batch the prefetcher began with.
        let first: Int
    }

    /// A loader.
    ///
    /// - Parameters:
    ///   - dataset: The data.
    ///   - pipeline: What is applied to each element; nil means the data set's own.
    ///   - batchSize: How many samples a batch has.
    ///   - workers: How many threads read data; 0 reads on the caller's thread.
    ///   - order: In which order to go through the data.
    ///   - generator: The run's generator, from which passes draw as PyTorch's loader does.
    ///   - seed: The seed of everything random in the pipeline.
    ///   - dropLast: Whether to leave out a last batch that is not full.
    ///   - onCorrupt: What to do with unreadable files.
    ///   - collate: Puts samples together.
    ///   - keepsWorkers: Whether the original's worker processes live on between passes (`persistent_workers`);
    ///     else each pass draws a base seed for new ones.
    ///   - keepsLabels: Whether samples keep the label of their element where the pipeline drops it, as
    ///     pipelines for testing do.
    public init(
        dataset: any Dataset, pipeline: Pipeline? = nil, batchSize: Int, workers: Int = 0,
        order: SampleOrder = .sequential, generator: TorchGenerator? = nil, seed: UInt64,
        dropLast: Bool = false, onCorrupt: CorruptFilePolicy = .error, collate: Collate = Collate(),
        keepsWorkers: Bool = true, keepsLabels: Bool = false
    ) {
        require(batchSize > 0, "a batch of \(batchSize) samples")
        require(workers >= 0, "\(workers) workers")
        require(
            !order.drawsOrderSeed || generator != nil, "a shuffled order needs the run's generator")
        self.dataset = dataset
        self.pipeline = pipeline ?? dataset.pipeline
        self.batchSize = batchSize
        self.workers = workers
        self.order = order
        self.generator = generator
        self.collate = collate
        self.keepsLabels = keepsLabels
        self.keepsWorkers = keepsWorkers
        classes = order.needsClasses ? dataset.elementsOfClasses : []
        policy = onCorrupt
        random = KeyedRandom(seed: seed).at("data pipeline")
        let length = order.length(of: dataset.count)
        batchesPerEpoch = dropLast ? length / batchSize : (length + batchSize - 1) / batchSize
        sampleCount =
            dropLast || order.isEndless ? batchesPerEpoch * batchSize : length
    }

    deinit { stop() }

    /// Names of the classes, where the data has classes.
    public var classNames: [String]? { dataset.classNames }

    /// Starts a pass; what is left of the one in progress is dropped.
    public func begin(epoch: Int) {
        var orderSeed: UInt64?
        if let generator, order.drawsFromGenerator {
            // The base seed of the original's workers.
            if !position.hasBegun || !keepsWorkers { _ = generator.nextSeed() }
            if order.drawsOrderSeed { orderSeed = generator.nextSeed() }
            if order == .sequentialInsteadOfShuffled { _ = generator.nextSeed() }
        }
        start(
            SourcePosition(
                epoch: epoch, orderSeed: orderSeed, hasBegun: true, isInsidePass: true))
    }

    /// The next batch of the pass in progress, or nil at its end.
    public func next() throws -> Batch? {
        guard let pass else { return nil }
        guard position.batch < batchesPerEpoch else {
            stop()
            position = SourcePosition(epoch: position.epoch + 1, hasBegun: true)
            return nil
        }
        let output: BatchMaker.Output
        do {
            output =
                try pass.prefetcher?.take(position.batch - pass.first)
                ?? pass.maker.batch(position.batch)
        } catch {
            stop()
            throw error
        }
        position.batch += 1
        for error in output.skipped where skippedFiles.insert(error.file).inserted {
            skipped.append(error)
            onSkip?(error)
        }
        return output.batch
    }

    /// Continues at a position, in the middle of a pass if it is one, without reading what came before.
    ///
    /// Errors: a position beyond the end of a pass throws.
    public func restore(_ position: SourcePosition) throws {
        guard (0...batchesPerEpoch).contains(position.batch), position.epoch >= 0 else {
            throw PositionError(batch: position.batch, batchesPerEpoch: batchesPerEpoch)
        }
        if position.isInsidePass {
            start(position)
        } else {
            stop()
            self.position = position
        }
    }

    private func start(_ position: SourcePosition) {
        stop()
        self.position = position
        let indices = order.indices(
            of: dataset.count, epoch: position.epoch, orderSeed: position.orderSeed,
            length: batchesPerEpoch * batchSize, classes: classes)
        let maker = BatchMaker(
            dataset: dataset, pipeline: pipeline, order: indices, batchSize: batchSize,
            random: random.at(position.epoch), policy: policy, collate: collate,
            keepsLabels: keepsLabels)
        let first = position.batch
        let remaining = batchesPerEpoch - first
        let threads = min(workers, remaining)
        var prefetcher: OrderedPrefetcher<BatchMaker.Output>?
        if threads > 0 {
            // Two batches a worker, as PyTorch's prefetch factor has it.
            prefetcher = OrderedPrefetcher(count: remaining, workers: threads, depth: 2 * threads) {
                try maker.batch(first + $0)
            }
        }
        pass = Pass(maker: maker, prefetcher: prefetcher, first: first)
    }

    private func stop() {
        pass?.prefetcher?.cancel()
        pass = nil
    }
}

/// A saved position that does not exist in the data as it is now.
public struct PositionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The batch of the saved position.
    public let batch: Int
    /// How many batches a pass has now.
    public let batchesPerEpoch: Int

    /// The message.
    public var description: String {
        "data: the saved position is after batch \(batch) of a pass, which has \(batchesPerEpoch) now"
            + "; the data or the batch size differ from the saved run's"
    }
}
