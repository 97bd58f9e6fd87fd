public import TorchFile

/// A factor every so many steps.
public struct StepRule: SchedulingRule {
    /// How many steps there are between two factors.
    public let interval: Int
    /// The factor.
    public let gamma: Double

    /// A factor at an interval.
    public init(interval: Int, gamma: Double = 0.1) {
        self.interval = interval
        self.gamma = gamma
    }

    /// The value of a step.
    public func value(at point: SchedulingPoint) -> Double {
        point.step == 0 || point.step % interval != 0 ? point.current : point.current * gamma
    }

    /// What the rule was configured with.
    public var settings: [(name: String, value: TorchValue)] {
        [("step_size", .int(interval)), ("gamma", .double(gamma))]
    }
}
