public import NeuralNet

/// Measures how far class scores are from their targets.
public protocol ClassificationLoss {
    /// The loss of `scores`; heads pass the number of samples as `averageFactor`.
    ///
    /// Shape: `scores` is `[N, K]`; the result is a scalar, or one number a sample without reduction.
    func callAsFunction(
        _ scores: Variable, _ targets: ClassTargets, averageFactor: Double?,
        _ context: ForwardContext
    ) throws -> Variable
}

extension CrossEntropyLoss: ClassificationLoss {
    /// The cross entropy of `scores`, every sample weighing alike.
    public func callAsFunction(
        _ scores: Variable, _ targets: ClassTargets, averageFactor: Double?,
        _ context: ForwardContext
    ) throws -> Variable {
        try self(scores, targets, sampleWeight: nil, averageFactor: averageFactor, context)
    }
}
