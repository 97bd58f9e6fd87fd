public import TorchFile

/// A factor on the value until the scheduler's last step, which takes it off again.
public struct ConstantRule: SchedulingRule {
    /// The factor.
    public let factor: Double
    /// Which step is the last.
    public let lastStep: Double

    /// A factor during a number of steps.
    public init(factor: Double = 1.0 / 3, length: Double) {
        self.factor = factor
        lastStep = length - 1
    }

    /// The value of a step.
    public func value(at point: SchedulingPoint) throws -> Double {
        if point.step == 0 { return point.current * factor }
        guard Double(point.step) == lastStep else { return point.current }
        guard factor != 0 else {
            throw SchedulingError(
                "factor", "a value that was multiplied by 0 cannot be had back",
                remedy: "give a small factor above 0")
        }
        return point.current * (1 / factor)
    }

    /// What the rule was configured with.
    public var settings: [(name: String, value: TorchValue)] {
        [("factor", .double(factor)), ("total_iters", .number(lastStep))]
    }
}
