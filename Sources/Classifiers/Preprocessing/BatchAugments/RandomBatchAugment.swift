public import NeuralNet
public import TensorCore

/// Mixes the images of each training batch in one of several ways, or leaves them as they are.
///
/// Which way a batch goes, and what is drawn there, depends on seed and iteration alone.
/// Source: `RandomBatchAugment` of MMPretrain and `Augments` of MMClassification 0.x; the draws are ours.
public struct RandomBatchAugment: Sendable {
    /// The ways, each with its probability.
    public let augments: [(augment: any BatchAugment, probability: Double)]
    /// Whether some batches stay as they are.
    private let leavesSome: Bool

    /// Ways with probabilities whose sum is at most 1; what is missing leaves batches as they are.
    ///
    /// Errors: traps on probabilities that add up to more than 1.
    public init(_ augments: [(augment: any BatchAugment, probability: Double)]) {
        let sum = augments.reduce(0) { $0 + $1.probability }
        require(
            augments.allSatisfy { $0.probability >= 0 } && sum <= 1 + Self.tolerance,
            "probabilities of batch augments add up to \(sum)")
        self.augments = augments
        leavesSome = sum < 1 - Self.tolerance
    }

    /// What sums of decimal fractions may miss 1 by.
    static let tolerance = 1e-9

    /// The images and targets of a batch, mixed in training.
    ///
    /// Shape: `images` is `[N, C, H, W]`, `shares` is `[N, K]`.
    public func callAsFunction(
        _ images: PlainTensor, _ shares: PlainTensor, _ context: ForwardContext
    ) throws -> (images: PlainTensor, shares: PlainTensor) {
        guard context.mode == .training else { return (images, shares) }
        var random = context.random.at("batch augments").stream()
        guard let augment = choice(random.uniform()) else { return (images, shares) }
        return try augment(images, shares, &random)
    }

    /// The way of a number in `0..<1`; nil leaves the batch as it is.
    private func choice(_ number: Double) -> (any BatchAugment)? {
        var sum = 0.0
        for (augment, probability) in augments {
            sum += probability
            if number < sum { return augment }
        }
        // Probabilities that add up to 1 may miss it by a rounding.
        return leavesSome ? nil : augments.last { $0.probability > 0 }?.augment
    }
}
