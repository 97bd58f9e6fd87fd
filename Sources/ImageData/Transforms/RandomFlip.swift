public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Mirrors an image, with a given probability.
///
/// Source: `RandomFlip` of MMClassification.
public struct RandomFlip: Transform {
    /// Which way the image is mirrored.
    public enum Direction: String, Sendable, CaseIterable {
        /// Left becomes right.
        case horizontal
        /// Top becomes bottom.
        case vertical
    }

    private let probability: Double
    private let direction: Direction

    /// Mirrors with that probability.
    public init(probability: Double = 0.5, direction: Direction = .horizontal) {
        self.probability = probability
        self.direction = direction
    }

    /// Reads `flip_prob` and `direction`.
    public init(from reader: inout ConfigReader) throws {
        probability = try reader.value("flip_prob", default: 0.5)
        guard (0...1).contains(probability) else {
            throw reader.failure("flip_prob", "must be between 0 and 1")
        }
        direction = try reader.choice("direction", default: .horizontal)
    }

    /// Draws whether to mirror.
    public var isRandom: Bool { true }

    /// Mirrors `img` or leaves it, and notes `flip` and `flip_direction`.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        try apply(to: &sample, drawn: random.uniform())
    }

    /// Mirrors if a number drawn from `0..<1` is below the probability.
    package func apply(to sample: inout Sample, drawn: Double) throws {
        let isFlipped = drawn < probability
        if isFlipped {
            let image = try sample.requiredImage(for: "RandomFlip")
            sample.image =
                direction == .horizontal ? image.flippedHorizontally() : image.flippedVertically()
        }
        sample["flip"] = .bool(isFlipped)
        sample["flip_direction"] = .string(direction.rawValue)
    }
}
