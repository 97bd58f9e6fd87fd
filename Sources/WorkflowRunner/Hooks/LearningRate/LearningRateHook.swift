import Logging
import TrainingInterfaces

/// Sets the learning rate of every parameter group by a schedule, with an optional warmup.
///
/// Source: MMCV's `LrUpdaterHook` and those derived from it.
public final class LearningRateHook: BeforeRun, BeforeTrainEpoch, BeforeTrainIteration {
    /// The original's name, such as `StepLrUpdaterHook`.
    public let name: String
    /// Whether epochs count.
    public var byEpoch: Bool { groups.byEpoch }
    package let groups: ScheduledGroups
    private let notice: String?

    /// A hook that follows a schedule.
    ///
    /// - Parameters:
    ///   - name: The name in the table of hooks: `<policy>LrUpdaterHook`.
    ///   - schedule: The schedule.
    ///   - byEpoch: Whether it counts epochs.
    ///   - warmup: The rise at the start.
    public convenience init(
        name: String, schedule: any LearningRateSchedule, byEpoch: Bool = true,
        warmup: Warmup? = nil
    ) {
        self.init(
            name, ScheduledGroups(.learningRate, schedule, byEpoch: byEpoch, warmup: warmup),
            notice: nil)
    }

    init(_ name: String, _ groups: ScheduledGroups, notice: String?) {
        self.name = name
        self.groups = groups
        self.notice = notice
    }

    /// Notes the rates that the groups start with.
    public func beforeRun(_ runner: BaseRunner) throws {
        if let notice { runner.logger.warning("\(notice)") }
        try groups.begin(runner)
    }

    /// Sets the epoch's rate where epochs count.
    public func beforeTrainEpoch(_ runner: BaseRunner) throws { try groups.beginEpoch(runner) }

    /// Sets the iteration's rate where iterations count or the rate still rises.
    public func beforeTrainIteration(_ runner: BaseRunner) throws {
        try groups.beginIteration(runner)
    }
}

extension LearningRateHook: RunChecking {
    /// Refuses a run that the schedule does not fit.
    public func check(_ runner: BaseRunner, _ sources: [PhaseSource]) throws {
        try groups.check(runner, sources)
    }
}
