public import TrainingInterfaces

/// A source without end: after the last batch of a pass the next pass begins.
public final class IterLoader: BatchSource {
    private let source: any BatchSource

    /// Wraps a source and begins its first pass, or goes on where a checkpoint stood.
    public init(_ source: any BatchSource, from position: SourcePosition? = nil) throws {
        self.source = source
        epoch = position?.epoch ?? 0
        if let position {
            try source.resume(position)
        } else {
            try source.begin(epoch: 0)
        }
    }

    /// The pass in progress, counted from 0.
    public private(set) var epoch: Int
    /// How many batches a pass has.
    public var batchesPerEpoch: Int { source.batchesPerEpoch }
    /// How many samples a pass has.
    public var sampleCount: Int { source.sampleCount }
    /// The classes, where the data has classes.
    public var classNames: [String]? { source.classNames }
    /// Where the source stands.
    public var position: SourcePosition { source.position }

    /// Starts a pass from its first batch.
    public func begin(epoch: Int) throws {
        try source.begin(epoch: epoch)
        self.epoch = epoch
    }

    /// The next batch, of the next pass where this one is over; an empty source is an error.
    public func next() throws -> Batch? {
        if let batch = try source.next() { return batch }
        try begin(epoch: epoch + 1)
        guard let batch = try source.next() else {
            throw RunnerError("data loader", "it has no batches")
        }
        return batch
    }

    /// Continues where a checkpoint stood.
    public func restore(_ position: SourcePosition) throws {
        try source.resume(position)
        epoch = position.epoch
    }
}

extension BatchSource {
    /// Continues inside a pass: the one in progress, or else the next.
    func resume(_ position: SourcePosition) throws {
        try restore(position)
        if !position.isInsidePass { try begin(epoch: position.epoch) }
    }
}
