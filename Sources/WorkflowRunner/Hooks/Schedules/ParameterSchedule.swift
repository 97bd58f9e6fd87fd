/// A learning rate or a momentum as a function of how far training has come.
public protocol ParameterSchedule: Sendable {
    /// The value at a step.
    ///
    /// - Parameters:
    ///   - base: The value that the parameter group starts from.
    ///   - progress: The finished epochs or iterations.
    ///   - maximum: How many there shall be.
    /// - Returns: The value.
    /// - Throws: An error where the schedule says nothing about the step.
    func value(base: Double, progress: Int, maximum: Int) throws -> Double

    /// What the groups of an optimizer follow in a run that is about to begin.
    ///
    /// By default each of them follows this schedule from where it starts.
    ///
    /// - Parameter optimizer: The optimizer and the length of the run.
    /// - Returns: One schedule a group.
    /// - Throws: An error where the schedule does not fit the run.
    func planned(for optimizer: ScheduledOptimizer) throws -> [GroupSchedule]
}

extension ParameterSchedule {
    /// This schedule for every group, from where the group starts.
    public func planned(for optimizer: ScheduledOptimizer) throws -> [GroupSchedule] {
        optimizer.starts.map { GroupSchedule(self, base: $0) }
    }
}

/// A learning rate as a function of how far training has come.
public typealias LearningRateSchedule = ParameterSchedule

/// A momentum as a function of how far training has come.
public typealias MomentumSchedule = ParameterSchedule

/// The schedule of one parameter group.
public struct GroupSchedule: Sendable {
    /// The schedule.
    public let schedule: any ParameterSchedule
    /// The value it starts from.
    public let base: Double
    /// What the group notes for checkpoints; nil for `initial_lr` or `initial_momentum`.
    let notes: [(name: String, value: Double)]?

    /// A schedule that starts from a value.
    public init(_ schedule: any ParameterSchedule, base: Double) {
        self.init(schedule, base: base, notes: nil)
    }

    init(
        _ schedule: any ParameterSchedule, base: Double, notes: [(name: String, value: Double)]?
    ) {
        self.schedule = schedule
        self.base = base
        self.notes = notes
    }
}
