import TrainingInterfaces

// What hooks ask about the epoch or iteration whose stages are called; MMCV's hooks have these themselves.
extension BaseRunner {
    /// Whether this epoch is the last of every `count`; never for 0 and less.
    public func isEvery(epochs count: Int) -> Bool {
        count > 0 && (epoch + 1).isMultiple(of: count)
    }

    /// Whether this iteration is the last of every `count` of the run; never for 0 and less.
    public func isEvery(iterations count: Int) -> Bool {
        count > 0 && (iteration + 1).isMultiple(of: count)
    }

    /// Whether this iteration is the last of every `count` of its epoch; never for 0 and less.
    public func isEvery(innerIterations count: Int) -> Bool {
        count > 0 && (innerIteration + 1).isMultiple(of: count)
    }

    /// Whether this iteration is the last of its epoch.
    public var isEndOfEpoch: Bool { innerIteration + 1 == dataLoader?.batchesPerEpoch }

    /// Whether this epoch is the last of the run.
    public var isLastEpoch: Bool { epoch + 1 == maxEpochs }

    /// Whether this iteration is the last of the run.
    public var isLastIteration: Bool { iteration + 1 == maxIterations }
}
