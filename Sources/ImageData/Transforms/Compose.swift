public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Several transforms, one after the other, as one.
///
/// Source: `Compose` of MMClassification and MMCV 2.
public struct Compose: Transform {
    private let steps: [any Transform]

    /// Reads `transforms`.
    public init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        let registry = try context.registryOfTransforms()
        guard let steps = try reader.buildList("transforms", from: registry, context) else {
            throw reader.failure("transforms", "required key is missing")
        }
        self.steps = steps
    }

    /// Whether one of them does.
    public var isRandom: Bool { steps.contains(where: \.isRandom) }

    /// Applies them all.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        for step in steps { try step.apply(to: &sample, random: &random) }
    }
}
