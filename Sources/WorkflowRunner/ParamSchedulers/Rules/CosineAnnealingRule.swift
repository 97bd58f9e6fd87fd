import Foundation
public import TorchFile

/// Half a cosine from the value down to a minimum, and up again after that.
public struct CosineAnnealingRule: SchedulingRule {
    /// How many steps the way down takes.
    public let steps: Double
    /// Where it ends.
    public let minimum: AnnealingTarget
    /// Whether a group that starts from 0 stays there.
    public let keepsZero: Bool

    /// A way down.
    public init(steps: Double, minimum: AnnealingTarget = .value(0), keepsZero: Bool = false) {
        self.steps = steps
        self.minimum = minimum
        self.keepsZero = keepsZero
    }

    /// The value of a step.
    public func value(at point: SchedulingPoint) -> Double {
        guard point.step > 0 else { return point.current }
        if keepsZero && point.base == 0 { return 0 }
        let low = minimum.value(base: point.base)
        let step = Double(point.step)
        // Behind the bottom the quotient below has nothing to divide by.
        if (step - 1 - steps).truncatingRemainder(dividingBy: 2 * steps) == 0 {
            return point.current + (point.base - low) * (1 - cos(.pi / steps)) / 2
        }
        return (1 + cos(.pi * step / steps)) / (1 + cos(.pi * (step - 1) / steps))
            * (point.current - low) + low
    }

    /// What the rule was configured with.
    public var settings: [(name: String, value: TorchValue)] {
        [("T_max", .number(steps))] + minimum.settings
    }
}

extension AnnealingTarget {
    /// The minimum under MMEngine's names.
    var settings: [(name: String, value: TorchValue)] {
        switch self {
        case .value(let value): [("eta_min", .double(value)), ("eta_min_ratio", .none)]
        case .ratio(let ratio): [("eta_min", .none), ("eta_min_ratio", .double(ratio))]
        }
    }
}
