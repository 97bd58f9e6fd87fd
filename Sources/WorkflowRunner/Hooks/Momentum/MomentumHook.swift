import Logging
import TrainingInterfaces

/// Sets the momentum of every parameter group, or its first beta, by a schedule with an optional warmup.
///
/// Source: MMCV's `MomentumUpdaterHook` and those derived from it.
public final class MomentumHook: BeforeRun, BeforeTrainEpoch, BeforeTrainIteration {
    /// The original's name, such as `StepMomentumUpdaterHook`.
    public let name: String
    /// Whether epochs count.
    public var byEpoch: Bool { groups.byEpoch }
    package let groups: ScheduledGroups
    private let notice: String?

    /// A hook that follows a schedule.
    ///
    /// - Parameters:
    ///   - name: The name in the table of hooks: `<policy>MomentumUpdaterHook`.
    ///   - schedule: The schedule.
    ///   - byEpoch: Whether it counts epochs.
    ///   - warmup: The fall at the start; its length is in iterations.
    public convenience init(
        name: String, schedule: any MomentumSchedule, byEpoch: Bool = true, warmup: Warmup? = nil
    ) {
        self.init(
            name, ScheduledGroups(.momentum, schedule, byEpoch: byEpoch, warmup: warmup),
            notice: nil)
    }

    init(_ name: String, _ groups: ScheduledGroups, notice: String?) {
        self.name = name
        self.groups = groups
        self.notice = notice
    }

    /// Notes the momentum that the groups start with.
    public func beforeRun(_ runner: BaseRunner) throws {
        if let notice { runner.logger.warning("\(notice)") }
        try groups.begin(runner)
    }

    /// Sets the epoch's momentum where epochs count.
    public func beforeTrainEpoch(_ runner: BaseRunner) throws { try groups.beginEpoch(runner) }

    /// Sets the iteration's momentum where iterations count or it is still warming up.
    public func beforeTrainIteration(_ runner: BaseRunner) throws {
        try groups.beginIteration(runner)
    }
}

extension MomentumHook: RunChecking {
    /// Refuses a run that the schedule does not fit.
    public func check(_ runner: BaseRunner, _ sources: [PhaseSource]) throws {
        try groups.check(runner, sources)
    }
}
