import Foundation

/// The way from one value to another.
public enum Annealing: String, CaseIterable, Sendable {
    /// Half a cosine.
    case cosine = "cos"
    /// A line.
    case linear

    /// The value at a share of the way.
    public func value(from start: Double, to end: Double, at share: Double) -> Double {
        switch self {
        case .cosine: end + 0.5 * (start - end) * (cos(Double.pi * share) + 1)
        case .linear: start + (end - start) * share
        }
    }
}

/// Where an annealed value ends.
public enum AnnealingTarget: Sendable {
    /// At this value.
    case value(Double)
    /// At this share of the base.
    case ratio(Double)

    /// The value it means for a group.
    public func value(base: Double) -> Double {
        switch self {
        case .value(let value): value
        case .ratio(let ratio): base * ratio
        }
    }
}
