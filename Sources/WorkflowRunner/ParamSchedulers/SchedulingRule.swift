public import NeuralNet
public import TorchFile

/// How a value goes from one step to the next.
public protocol SchedulingRule: Sendable {
    /// Notes in the groups what the rule needs there; by default nothing.
    ///
    /// - Parameters:
    ///   - groups: The groups that are about to be scheduled.
    ///   - parameter: The setting.
    /// - Throws: `SchedulingError` where they do not fit the rule.
    func prepare(_ groups: [ParameterGroup], _ parameter: ScheduledParameter) throws
    /// The value of a step.
    ///
    /// - Throws: `SchedulingError` where the rule has no value for it.
    func value(at point: SchedulingPoint) throws -> Double
    /// What the rule was configured with, under MMEngine's names.
    var settings: [(name: String, value: TorchValue)] { get }
}

extension SchedulingRule {
    /// Notes nothing.
    public func prepare(_ groups: [ParameterGroup], _ parameter: ScheduledParameter) throws {}
}

/// Where a rule is asked for a value.
public struct SchedulingPoint {
    /// The group.
    public let group: ParameterGroup
    /// How many steps lie behind since the scheduler's begin: 0 at the begin.
    public let step: Int
    /// The value that the group has now.
    public let current: Double
    /// The value that the group had when the scheduler was built.
    public let base: Double

    /// A point of a group's schedule.
    public init(group: ParameterGroup, step: Int, current: Double, base: Double) {
        self.group = group
        self.step = step
        self.current = current
        self.base = base
    }
}

/// A schedule that has no value for a step, or that the groups cannot follow.
public struct SchedulingError: Error, Sendable {
    /// The key of the scheduler's config that it is about.
    public let key: String?
    /// What is wrong.
    public let problem: String
    /// What to do about it.
    public let remedy: String?

    /// Describes what is wrong.
    public init(_ key: String?, _ problem: String, remedy: String? = nil) {
        self.key = key
        self.problem = problem
        self.remedy = remedy
    }
}
