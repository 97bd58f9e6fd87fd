import ConfigCore
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

extension ConfigReader {
    /// Builds the `loss` of a head, if the key is there.
    mutating func loss(_ context: BuildContext) throws -> (any ClassificationLoss)? {
        let losses = try context.value(Registry<any ClassificationLoss>.self)
        let loss = try build("loss", from: losses, context)
        if let loss = loss as? CrossEntropyLoss, loss.reduction == .sum {
            throw failure(
                "loss", "reduction \"sum\" does not go with a head, which averages over the batch",
                remedy: "use \"mean\" and loss_weight")
        }
        return loss
    }
}
