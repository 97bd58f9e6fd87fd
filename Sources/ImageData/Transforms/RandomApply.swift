public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Applies transforms to some images and leaves the others as they are.
///
/// Source: `RandomApply` of MMCV 2.
public struct RandomApply: Transform {
    private let steps: Compose
    private let probability: Double

    /// Reads `transforms` and `prob`.
    public init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        steps = try Compose(from: &reader, context)
        probability = try reader.probability("prob", default: 0.5)
    }

    /// Draws whether to apply them.
    public var isRandom: Bool { true }

    /// Applies the transforms, or none.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        guard random.uniform() < probability else { return }
        try steps.apply(to: &sample, random: &random)
    }
}
