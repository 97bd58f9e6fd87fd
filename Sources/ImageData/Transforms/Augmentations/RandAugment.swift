public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Applies several augmentations of a list, chosen anew for each image, at one level of strength.
///
/// Source: `RandAugment` of MMClassification and, with `magnitude_range` alone or named `policies`, of
/// MMPretrain, whose `total_level` is 10 where nothing is said. Each augmentation draws its own noise.
public struct RandAugment: Transform {
    private let policies: [any Transform]
    private let count: Int

    /// Reads `policies`, `num_policies`, `magnitude_level`, `magnitude_std`, `total_level` and `hparams`.
    public init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        let registry = try context.registryOfTransforms()
        let parameters = try Hyperparameters(from: &reader)
        let (steps, isNewStyle) = try Self.steps(from: &reader)
        guard !steps.isEmpty else { throw reader.failure("policies", "must not be empty") }
        count = try reader.required("num_policies")
        guard count > 0 else { throw reader.failure("num_policies", "must be positive") }
        let level: Double = try reader.required("magnitude_level")
        let total = try reader.value("total_level", default: isNewStyle ? 10.0 : 30.0)
        guard level >= 0 else { throw reader.failure("magnitude_level", "must be 0 or more") }
        guard total > 0 else { throw reader.failure("total_level", "must be positive") }
        _ = try Strength.Noise(from: &reader)
        let shared: [(String, ConfigNode)] = [
            ("magnitude_level", ConfigNode(.double(level))),
            ("total_level", ConfigNode(.double(total))),
            ("magnitude_std", reader.node["magnitude_std"] ?? 0.0),
        ]
        let path = reader.path(to: "policies")
        policies = try steps.enumerated().map { place, step in
            let stepPath = ConfigPath.join(path, index: place)
            var step = try Self.withoutMagnitudeKey(step, at: stepPath)
            if step["magnitude_range"] != nil {
                for (key, value) in shared { step = step.setting(key, to: value) }
            }
            return try registry.build(parameters.added(to: step), at: stepPath, context)
        }
    }

    /// Draws which augmentations to apply.
    public var isRandom: Bool { true }

    /// Applies as many augmentations as asked for; the same one may come twice.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        let chosen = (0..<count).map { _ in random.integer(in: 0...(policies.count - 1)) }
        for place in chosen { try policies[place].apply(to: &sample, random: &random) }
    }

    /// The policies, and whether they are written in the new style.
    private static func steps(from reader: inout ConfigReader) throws -> ([ConfigNode], Bool) {
        guard let name = reader.node["policies"]?.string else {
            let steps: [ConfigNode] = try reader.required("policies")
            return (
                steps,
                steps.contains { $0["magnitude_range"] != nil && $0["magnitude_key"] == nil }
            )
        }
        reader.ignore("policies")
        guard let known = AugmentationPolicies.rand[name] else {
            throw reader.failure(
                "policies", "", expected: AugmentationPolicies.names(AugmentationPolicies.rand))
        }
        return (known, true)
    }

    /// Which setting a level is for, by augmentation; `magnitude_key` can only say that once more.
    private static let strengthKeys = [
        "Shear": "magnitude", "Translate": "magnitude", "Rotate": "angle", "Posterize": "bits",
        "Solarize": "thr", "SolarizeAdd": "magnitude", "Contrast": "magnitude",
        "ColorTransform": "magnitude", "Brightness": "magnitude", "Sharpness": "magnitude",
        "Cutout": "shape",
    ]

    private static func withoutMagnitudeKey(_ step: ConfigNode, at path: String) throws
        -> ConfigNode
    {
        guard let key = step["magnitude_key"]?.string, let type = step["type"]?.string else {
            return step
        }
        let name = type.split(separator: ".").last.map(String.init) ?? type
        if let expected = strengthKeys[name], expected != key {
            throw ConfigError(
                at: step["magnitude_key"] ?? step, path: "\(path).magnitude_key",
                expected: "\"\(expected)\"")
        }
        guard step["magnitude_range"] != nil else {
            throw ConfigError(
                at: step, path: "\(path).magnitude_range",
                problem: "required key is missing, because magnitude_key is given")
        }
        // The range takes the place of a strength that is written, too.
        return step.removing("magnitude_key").removing(key)
    }
}

extension BuildContext {
    /// The transforms that policies may name: those of the build, or this package's own.
    func registryOfTransforms() throws -> Registry<any Transform> {
        (try? value(Registry<any Transform>.self)) ?? standardTransforms
    }
}
