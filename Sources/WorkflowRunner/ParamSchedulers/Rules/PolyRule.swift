import Foundation
public import TorchFile

/// A polynomial from the value down to a minimum.
public struct PolyRule: SchedulingRule {
    /// The power.
    public let power: Double
    /// Where it ends.
    public let minimum: Double
    /// Which step is the last.
    public let lastStep: Double

    /// A polynomial during a number of steps.
    public init(power: Double = 1, minimum: Double = 0, length: Double) {
        self.power = power
        self.minimum = minimum
        lastStep = length - 1
    }

    /// The value of a step.
    public func value(at point: SchedulingPoint) -> Double {
        guard point.step > 0 else { return point.current }
        let share = 1 - 1 / (lastStep - Double(point.step) + 1)
        return (point.current - minimum) * pow(share, power) + minimum
    }

    /// What the rule was configured with.
    public var settings: [(name: String, value: TorchValue)] {
        [
            ("eta_min", .double(minimum)), ("power", .double(power)),
            ("total_iters", .number(lastStep)),
        ]
    }
}
