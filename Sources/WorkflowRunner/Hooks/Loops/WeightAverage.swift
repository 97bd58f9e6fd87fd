public import ConfigCore

/// How averages of weights move.
///
/// Source: MMEngine's `ExponentialMovingAverage`, `StochasticWeightAverage` and `MomentumAnnealingEMA`.
public struct WeightAverage: Sendable {
    /// The kinds of averages.
    public enum Kind: Sendable, Equatable {
        /// The newest weights count with a constant share.
        case exponential(momentum: Double)
        /// The same, but averages begin with the initial weights and follow more quickly at first, as MMCV's.
        case warmedUp(momentum: Double, over: Int)
        /// All weights count the same.
        case equal
        /// The share of the newest weights shrinks to the momentum.
        case annealing(momentum: Double, gamma: Int)
    }

    /// The kind.
    public let kind: Kind
    /// Every how many steps the averages move.
    public let interval: Int
    /// Whether buffers are averaged too; else they are the model's.
    public let updatesBuffers: Bool

    /// Reads `ema_type` and the keys of its class.
    public init(from reader: inout ConfigReader) throws {
        let type = try reader.value("ema_type", default: "ExponentialMovingAverage")
        switch type.split(separator: ".").last {
        case "ExponentialMovingAverage":
            let momentum = try Self.momentum(&reader)
            let warmUp: Int? = try reader.optional("warm_up")
            guard warmUp ?? 0 >= 0 else {
                throw reader.failure("warm_up", "", expected: "0 or more")
            }
            kind =
                warmUp.map { .warmedUp(momentum: momentum, over: $0) }
                ?? .exponential(momentum: momentum)
        case "StochasticWeightAverage": kind = .equal
        case "MomentumAnnealingEMA":
            let gamma = try reader.value("gamma", default: 100)
            guard gamma > 0 else {
                throw reader.failure("gamma", "", expected: "a positive integer")
            }
            kind = .annealing(momentum: try Self.momentum(&reader), gamma: gamma)
        default:
            throw reader.failure(
                "ema_type", "\"\(type)\" is not a known average",
                remedy: "known: ExponentialMovingAverage, MomentumAnnealingEMA, "
                    + "StochasticWeightAverage")
        }
        interval = try reader.value("interval", default: 1)
        guard interval > 0 else {
            throw reader.failure("interval", "expected a positive number, got \(interval)")
        }
        updatesBuffers = try reader.value("update_buffers", default: false)
    }

    private static func momentum(_ reader: inout ConfigReader) throws -> Double {
        let momentum = try reader.value("momentum", default: 0.0002)
        guard momentum > 0, momentum < 1 else {
            throw reader.failure("momentum", "expected a number between 0 and 1, got \(momentum)")
        }
        return momentum
    }

    /// The share of the newest weights at a step, all of it at the first; nil where the averages stay.
    func share(at step: Int) -> Double? {
        guard step.isMultiple(of: interval) else { return nil }
        if case .warmedUp(let momentum, let warmUp) = kind {
            return min(momentum, Double(1 + step) / Double(warmUp + step))
        }
        if step == 0 { return 1 }
        return switch kind {
        case .exponential(let momentum), .warmedUp(let momentum, _): momentum
        case .equal: 1 / Double(step / interval + 1)
        case .annealing(let momentum, let gamma):
            max(momentum, Double(gamma) / Double(gamma + step))
        }
    }
}
