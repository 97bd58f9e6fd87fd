import NeuralNet
import TrainingInterfaces

/// Sets the learning rate of every parameter group by a schedule, with an optional warmup.
///
/// Source: MMCV's `LrUpdaterHook` and those derived from it.
public final class LearningRateHook: BeforeRun, BeforeTrainEpoch, BeforeTrainIteration {
    /// The original's name, such as `StepLrUpdaterHook`.
    public let name: String
    /// Whether epochs count.
    public let byEpoch: Bool
    private let schedule: any LearningRateSchedule
    private let warmup: Warmup?
    private var warmupIterations: Int
    private var groups: [ParameterGroup] = []
    private var bases: [Double] = []
    private var scheduled: [Double] = []

    /// A hook that follows a schedule.
    ///
    /// - Parameters:
    ///   - name: The name in the table of hooks: `<policy>LrUpdaterHook`.
    ///   - schedule: The schedule.
    ///   - byEpoch: Whether it counts epochs.
    ///   - warmup: The rise at the start.
    public init(
        name: String, schedule: any LearningRateSchedule, byEpoch: Bool = true,
        warmup: Warmup? = nil
    ) {
        self.name = name
        self.schedule = schedule
        self.byEpoch = byEpoch
        self.warmup = warmup
        warmupIterations = if case .iterations(let count) = warmup?.length { count } else { 0 }
    }

    /// Notes the rates that the groups start with.
    public func beforeRun(_ runner: BaseRunner) throws {
        guard let optimizer = runner.optimizer else {
            throw RunnerError(
                "lr_config", "the run has no optimizer", remedy: "leave lr_config out")
        }
        if !runner.countsByEpoch {
            if byEpoch {
                throw RunnerError(
                    "lr_config", "by_epoch is true, but the runner counts iterations",
                    remedy: "set by_epoch=False")
            }
            if case .epochs = warmup?.length {
                throw RunnerError(
                    "lr_config", "warmup_by_epoch is true, but the runner counts iterations",
                    remedy: "give warmup_iters in iterations")
            }
        }
        groups = optimizer.entries.flatMap(\.wrapper.optimizer.groups)
        bases = groups.map { group in
            let base = group.initialLearningRate ?? group.learningRate
            group.initialLearningRate = base
            return base
        }
    }

    /// Sets the epoch's rate where epochs count.
    public func beforeTrainEpoch(_ runner: BaseRunner) throws {
        if case .epochs(let count) = warmup?.length, let loader = runner.dataLoader {
            warmupIterations = count * loader.batchesPerEpoch
        }
        guard byEpoch else { return }
        try computeScheduled(progress: runner.epoch, maximum: runner.maxEpochs)
        setScheduled()
    }

    /// Sets the iteration's rate where iterations count or the rate still rises.
    public func beforeTrainIteration(_ runner: BaseRunner) throws {
        let iteration = runner.iteration
        if !byEpoch { try computeScheduled(progress: iteration, maximum: runner.maxIterations) }
        if let warmup, iteration < warmupIterations {
            for (group, rate) in zip(groups, scheduled) {
                group.learningRate = warmup.value(
                    scheduled: rate, iteration: iteration, count: warmupIterations)
            }
        } else if !byEpoch || warmup != nil && iteration == warmupIterations {
            setScheduled()
        }
    }

    private func computeScheduled(progress: Int, maximum: Int?) throws {
        scheduled = try bases.map {
            try schedule.value(base: $0, progress: progress, maximum: maximum ?? 0)
        }
    }

    private func setScheduled() {
        for (group, rate) in zip(groups, scheduled) { group.learningRate = rate }
    }
}
