import ConfigCore
import TensorCore

/// How strongly an augmentation changes an image.
struct Strength: Sendable, Equatable {
    /// What moves the level at random.
    enum Noise: Sendable, Equatable {
        case none
        case normal(deviation: Double)
        /// Anything up to the level.
        case uniform
    }

    private let level: Double
    private let total: Double
    private let low: Double
    private let high: Double
    private let noise: Noise

    /// A strength that is always the same.
    init(_ value: Double) {
        (level, total, low, high, noise) = (0, 1, value, value, .none)
    }

    /// Reads the strength under `key`, or where a level lies within `magnitude_range`.
    init(from reader: inout ConfigReader, _ key: String) throws {
        guard let range: [Double] = try reader.optional("magnitude_range") else {
            reader.ignore("magnitude_level", "magnitude_std", "total_level")
            self = Strength(try reader.required(key))
            return
        }
        guard range.count == 2 else {
            throw reader.failure("magnitude_range", "", expected: "two numbers")
        }
        guard reader.node[key]?.isNull ?? true else {
            throw reader.failure(key, "is given together with magnitude_range; keep one of them")
        }
        reader.ignore(key)
        (low, high) = (range[0], range[1])
        level = try reader.value("magnitude_level", default: 10)
        total = try reader.value("total_level", default: 10)
        guard level >= 0 else { throw reader.failure("magnitude_level", "must be 0 or more") }
        guard total > 0 else { throw reader.failure("total_level", "must be positive") }
        noise = try Noise(from: &reader)
    }

    /// The least and the greatest strength there can be.
    var bounds: ClosedRange<Double> {
        let top = noise == .none || noise == .uniform ? level : total
        let ends = [value(at: noise == .none ? level : 0), value(at: top)]
        return min(ends[0], ends[1])...max(ends[0], ends[1])
    }

    /// The strength for one image.
    func drawn(_ random: inout RandomStream) -> Double {
        switch noise {
        case .none: value(at: level)
        case .uniform: value(at: random.uniform(0, level))
        case .normal(let deviation):
            value(at: min(max(random.normal(mean: level, deviation: deviation), 0), total))
        }
    }

    private func value(at level: Double) -> Double { level / total * (high - low) + low }
}

extension Strength.Noise {
    /// Reads `magnitude_std`: a number, or `"inf"` for anything up to the level.
    init(from reader: inout ConfigReader) throws {
        if reader.node["magnitude_std"]?.string == "inf" {
            reader.ignore("magnitude_std")
            self = .uniform
            return
        }
        guard reader.node["magnitude_std"]?.string == nil else {
            throw reader.failure("magnitude_std", "", expected: "a number or \"inf\"")
        }
        let deviation = try reader.value("magnitude_std", default: 0.0)
        self = deviation > 0 ? .normal(deviation: deviation) : .none
    }
}
