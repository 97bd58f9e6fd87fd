public import ConfigCore
import Foundation

/// How the learning rate rises to its schedule in the first iterations.
public struct Warmup: Sendable {
    /// The shape of the rise.
    public enum Shape: String, CaseIterable, Sendable {
        case constant, linear
        case exponential = "exp"
    }

    /// How long it takes.
    public enum Length: Sendable {
        case iterations(Int)
        case epochs(Int)
    }

    /// The shape of the rise.
    public let shape: Shape
    /// How long it takes.
    public let length: Length
    /// The share of the scheduled rate it starts from.
    public let ratio: Double

    /// A rise of this shape.
    public init(_ shape: Shape, length: Length, ratio: Double = 0.1) {
        self.shape = shape
        self.length = length
        self.ratio = ratio
    }

    /// The rate at an iteration before `count`, given what the schedule says.
    public func value(scheduled: Double, iteration: Int, count: Int) -> Double {
        let left = 1 - Double(iteration) / Double(count)
        switch shape {
        case .constant: return scheduled * ratio
        case .linear: return scheduled * (1 - left * (1 - ratio))
        case .exponential: return scheduled * pow(ratio, left)
        }
    }

    /// Reads `warmup`, `warmup_iters`, `warmup_ratio` and `warmup_by_epoch`; nil where there is none.
    public static func read(_ reader: inout ConfigReader) throws -> Warmup? {
        let name: String? = try reader.optional("warmup")
        let count = try reader.value("warmup_iters", default: 0)
        let ratio = try reader.value("warmup_ratio", default: 0.1)
        let byEpoch = try reader.value("warmup_by_epoch", default: false)
        guard let name else { return nil }
        guard let shape = Shape(rawValue: name) else {
            let known = Shape.allCases.map(\.rawValue)
            throw reader.failure(
                "warmup", "\"\(name)\" is not a known warmup",
                remedy: Spelling.suggestion(for: name, among: known).map {
                    "did you mean \"\($0)\"?"
                }
                    ?? "known: \(known.joined(separator: ", "))")
        }
        guard count > 0 else {
            throw reader.failure("warmup_iters", "expected a positive number, got \(count)")
        }
        guard ratio > 0, ratio <= 1 else {
            throw reader.failure(
                "warmup_ratio", "expected a number above 0 and at most 1, got \(ratio)")
        }
        return Warmup(shape, length: byEpoch ? .epochs(count) : .iterations(count), ratio: ratio)
    }
}
