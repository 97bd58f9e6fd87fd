public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Mirrors an image, with a given probability.
///
/// Source: `RandomFlip` of MMClassification (`flip_prob`) and of MMCV 2 (`prob`, several directions).
public struct RandomFlip: Transform {
    /// Which way the image is mirrored.
    public enum Direction: String, Sendable, CaseIterable {
        /// Left becomes right.
        case horizontal
        /// Top becomes bottom.
        case vertical
        /// Both: the image is turned around.
        case diagonal
    }

    /// The directions, each with the probability that it is the one.
    private let choices: [(direction: Direction, probability: Double)]
    /// What `flip_direction` says about an image that is left alone.
    private let unflipped: DataValue

    /// Mirrors with that probability.
    public init(probability: Double = 0.5, direction: Direction = .horizontal) {
        choices = [(direction, probability)]
        unflipped = .string(direction.rawValue)
    }

    /// Reads `flip_prob` or `prob`, and `direction`.
    public init(from reader: inout ConfigReader) throws {
        guard reader.has("prob") else {
            self = RandomFlip(
                probability: try reader.probability("flip_prob", default: 0.5),
                direction: try reader.choice("direction", default: .horizontal))
            guard choices[0].direction != .diagonal else {
                throw reader.failure("direction", "", expected: "\"horizontal\" or \"vertical\"")
            }
            return
        }
        reader.ignore("swap_seg_labels")
        let directions = try Self.directions(from: &reader)
        let probabilities = try reader.numberOrList("prob") ?? [0.5]
        let isList = reader.node["prob"]?.list != nil
        guard probabilities.allSatisfy({ $0 >= 0 }), probabilities.reduce(0, +) <= 1 else {
            throw reader.failure("prob", "must be between 0 and 1, the sum of several, too")
        }
        guard !isList || probabilities.count == directions.count else {
            throw reader.failure("prob", "needs a probability for each direction")
        }
        choices = directions.enumerated().map { place, direction in
            (
                direction,
                isList ? probabilities[place] : probabilities[0] / Double(directions.count)
            )
        }
        unflipped = .none
    }

    private static func directions(from reader: inout ConfigReader) throws -> [Direction] {
        guard reader.node["direction"]?.list != nil else {
            return [try reader.choice("direction", default: .horizontal)]
        }
        let names: [String] = try reader.required("direction")
        let directions = names.compactMap(Direction.init)
        guard directions.count == names.count, !directions.isEmpty else {
            throw reader.failure(
                "direction", "", expected: "\"horizontal\", \"vertical\" or \"diagonal\"")
        }
        return directions
    }

    /// Draws whether to mirror, and which way.
    public var isRandom: Bool { true }

    /// Mirrors `img` or leaves it, and notes `flip` and `flip_direction`.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        try apply(to: &sample, drawn: random.uniform())
    }

    /// Mirrors if a number drawn from `0..<1` is below the probability.
    package func apply(to sample: inout Sample, drawn: Double) throws {
        guard let direction = direction(for: drawn) else {
            sample.update {
                $0["flip"] = .bool(false)
                $0["flip_direction"] = unflipped
            }
            return
        }
        let image = try sample.requiredImage(for: "RandomFlip")
        sample.image =
            switch direction {
            case .horizontal: image.flippedHorizontally()
            case .vertical: image.flippedVertically()
            case .diagonal: image.flippedVertically().flippedHorizontally()
            }
        sample["flip"] = .bool(true)
        sample["flip_direction"] = .string(direction.rawValue)
    }

    private func direction(for drawn: Double) -> Direction? {
        var sum = 0.0
        for choice in choices {
            sum += choice.probability
            if drawn < sum { return choice.direction }
        }
        return nil
    }
}
