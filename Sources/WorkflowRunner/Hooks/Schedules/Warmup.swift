import ConfigCore
import Foundation

/// How a learning rate rises to its schedule in the first iterations, or a momentum falls to its own.
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

    /// The share of the scheduled rate at an iteration before `count`; a momentum is divided by it.
    public func factor(iteration: Int, count: Int) -> Double {
        let left = 1 - Double(iteration) / Double(count)
        switch shape {
        case .constant: return ratio
        case .linear: return 1 - left * (1 - ratio)
        case .exponential: return pow(ratio, left)
        }
    }

    /// Reads `warmup`, `warmup_iters`, `warmup_ratio` and, of a learning rate, `warmup_by_epoch`; nil where
    /// there is none.
    static func read(_ reader: inout ConfigReader, of quantity: ScheduledQuantity) throws -> Warmup?
    {
        let name: String? = try reader.optional("warmup")
        let count = try reader.plainInteger("warmup_iters") ?? 0
        let ratio = try reader.value(
            "warmup_ratio", default: quantity == .learningRate ? 0.1 : 0.9)
        let byEpoch =
            quantity == .learningRate ? try reader.value("warmup_by_epoch", default: false) : false
        guard let name else { return nil }
        guard let shape = Shape(rawValue: name) else {
            throw reader.unknownName("warmup", name, among: Shape.allCases.map(\.rawValue))
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

    /// What to tell the user about settings of a warmup that is not there.
    static func notice(_ reader: ConfigReader) -> String? {
        guard !reader.has("warmup"), let count = reader.node["warmup_iters"]?.int, count > 0 else {
            return nil
        }
        return
            "\(reader.path(to: "warmup_iters")) is \(count), but there is no warmup; set warmup to \"linear\", \"constant\" or \"exp\""
    }
}
