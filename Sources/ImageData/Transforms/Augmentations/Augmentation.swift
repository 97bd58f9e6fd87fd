import ConfigCore
import TensorCore
import TrainingInterfaces

/// A change of images that is made with a probability and has a strength, which may turn negative.
protocol Augmentation: Transform {
    /// The name messages give it.
    var name: String { get }
    /// How often and how strongly it is applied.
    var settings: AugmentationSettings { get }
    /// The changed image.
    func augmented(_ image: Image, by strength: Double, _ random: inout RandomStream) throws
        -> Image
}

extension Augmentation {
    /// Draws whether and how strongly to change the image.
    public var isRandom: Bool { true }

    /// Changes `img`, or leaves it.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        // Strictly: at probability 0 a draw of exactly 0 changes the image, as in the original.
        if random.uniform() > settings.probability { return }
        let image = try sample.requiredImage(for: name)
        let strength = settings.strength(&random)
        sample.image = try augmented(image, by: strength, &random)
    }
}

/// What all augmentations have in common.
struct AugmentationSettings: Sendable {
    let probability: Double
    let strength: Strength
    private let negativeProbability: Double

    /// Reads `prob`; the strength under `strengthKey`, if it has one; `random_negative_prob`, if that
    /// may turn negative.
    init(
        from reader: inout ConfigReader, strengthKey: String? = nil, isSigned: Bool = false
    ) throws {
        probability = try reader.probability("prob", default: 0.5)
        strength = try strengthKey.map { try Strength(from: &reader, $0) } ?? Strength(0)
        negativeProbability =
            isSigned ? try reader.probability("random_negative_prob", default: 0.5) : 0
    }

    /// Always applied, with this strength, turned negative with this probability.
    init(always strength: Double, negativeProbability: Double) {
        probability = 1
        self.strength = Strength(strength)
        self.negativeProbability = negativeProbability
    }

    /// The strength for one image, with its sign.
    func strength(_ random: inout RandomStream) -> Double {
        let value = strength.drawn(&random)
        guard negativeProbability > 0 else { return value }
        return random.uniform() < negativeProbability ? -value : value
    }
}

extension ConfigReader {
    /// Reads a number between 0 and 1.
    mutating func probability(_ key: String, default: Double) throws -> Double {
        let probability = try value(key, default: `default`)
        guard (0...1).contains(probability) else {
            throw failure(key, "must be between 0 and 1")
        }
        return probability
    }

    /// Reads `pad_val`: one byte, or one a channel.
    mutating func fill(default: Int = 128) throws -> [UInt8] {
        let numbers = try numberOrList("pad_val") ?? [Double(`default`)]
        guard numbers.count == 1 || numbers.count == 3 else {
            throw failure("pad_val", "", expected: "a number or a list of 3")
        }
        return numbers.map { UInt8(clamping: Int($0.rounded(.toNearestOrEven))) }
    }
}
