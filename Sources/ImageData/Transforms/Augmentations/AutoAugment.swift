public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Applies one of several short pipelines, chosen anew for each image.
///
/// Source: `AutoAugment` of MMClassification; `policies` may be named, as in MMPretrain.
public struct AutoAugment: Transform {
    private let policies: [[any Transform]]

    /// Reads `policies` and `hparams`.
    public init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        let registry = try context.registryOfTransforms()
        let parameters = try Hyperparameters(from: &reader)
        let lists: [ConfigNode]
        if let name = reader.node["policies"]?.string {
            reader.ignore("policies")
            guard let known = AugmentationPolicies.auto[name] else {
                throw reader.failure(
                    "policies", "", expected: AugmentationPolicies.names(AugmentationPolicies.auto))
            }
            lists = known
        } else {
            lists = try reader.required("policies")
        }
        guard !lists.isEmpty else { throw reader.failure("policies", "must not be empty") }
        let path = reader.path(to: "policies")
        policies = try lists.enumerated().map { place, list in
            let listPath = ConfigPath.join(path, index: place)
            guard let steps = list.list, !steps.isEmpty else {
                throw ConfigError(
                    at: list, path: listPath, expected: "a list of at least one augmentation")
            }
            return try steps.enumerated().map { number, step in
                try registry.build(
                    parameters.added(to: step), at: ConfigPath.join(listPath, index: number),
                    context)
            }
        }
    }

    /// Draws which policy to apply.
    public var isRandom: Bool { true }

    /// Applies one policy.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        for step in policies[random.integer(in: 0...(policies.count - 1))] {
            try step.apply(to: &sample, random: &random)
        }
    }
}
