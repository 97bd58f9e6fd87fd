public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Applies one of several lists of transforms, chosen anew for each image.
///
/// Source: `RandomChoice` of MMCV 2.
public struct RandomChoice: Transform {
    private let choices: [[any Transform]]
    /// What a number from 0 to 1 must be below for each choice.
    private let limits: [Double]

    /// Reads `transforms`, each a transform or a list of them, and `prob`.
    public init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        let registry = try context.registryOfTransforms()
        let lists: [ConfigNode] = try reader.required("transforms")
        guard !lists.isEmpty else { throw reader.failure("transforms", "must not be empty") }
        let path = reader.path(to: "transforms")
        choices = try lists.enumerated().map { place, choice in
            let choicePath = ConfigPath.join(path, index: place)
            guard let steps = choice.list else {
                return [try registry.build(choice, at: choicePath, context)]
            }
            return try steps.enumerated().map { number, step in
                try registry.build(step, at: ConfigPath.join(choicePath, index: number), context)
            }
        }
        let count = lists.count
        let shares: [Double] =
            try reader.optional("prob") ?? [Double](repeating: 1 / Double(count), count: count)
        guard shares.count == count, shares.allSatisfy({ $0 >= 0 }),
            abs(shares.reduce(0, +) - 1) < 1e-9
        else {
            throw reader.failure("prob", "", expected: "\(count) numbers whose sum is 1")
        }
        var sum = 0.0
        limits = shares.map { share in
            sum += share
            return sum
        }
    }

    /// Draws which list to apply.
    public var isRandom: Bool { true }

    /// Applies one list.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        let drawn = random.uniform()
        let choice = limits.firstIndex { drawn < $0 } ?? choices.count - 1
        for step in choices[choice] { try step.apply(to: &sample, random: &random) }
    }
}
