public import TorchFile

/// The same factor at every step.
public struct ExponentialRule: SchedulingRule {
    /// The factor.
    public let gamma: Double

    /// A factor.
    public init(gamma: Double) { self.gamma = gamma }

    /// The value of a step.
    public func value(at point: SchedulingPoint) -> Double {
        point.step == 0 ? point.current : point.current * gamma
    }

    /// What the rule was configured with.
    public var settings: [(name: String, value: TorchValue)] { [("gamma", .double(gamma))] }
}
