import ConfigCore
import Logging
import NeuralNet
import TrainingInterfaces

/// Sets a quantity of every parameter group of every optimizer by a schedule: what the hooks of learning
/// rate and momentum share.
package final class ScheduledGroups {
    private struct Track {
        let group: ParameterGroup
        let base: Double
        let schedule: any ParameterSchedule
        /// What the schedule says, leaving warmup aside.
        var scheduled: Double
    }

    let byEpoch: Bool
    private let quantity: ScheduledQuantity
    private let schedule: any ParameterSchedule
    private let warmup: Warmup?
    /// What the schedule was read from, and the way to it.
    private let config: ConfigNode?
    private let path: String
    private var warmupIterations: Int?
    private var tracks: [Track] = []

    init(
        _ quantity: ScheduledQuantity, _ schedule: any ParameterSchedule, byEpoch: Bool,
        warmup: Warmup?, config: ConfigNode? = nil, path: String? = nil
    ) {
        self.quantity = quantity
        self.schedule = schedule
        self.byEpoch = byEpoch
        self.warmup = warmup
        self.config = config
        self.path = path ?? quantity.configKey
    }

    /// Refuses a schedule that does not fit the run, or would do nothing in it.
    func check(_ runner: BaseRunner, _ sources: [PhaseSource]) throws {
        _ = try plan(runner, sources) { _ in }
    }

    /// What a group would follow in a run of `count` steps.
    func curve(
        from start: Double, of name: String, among names: [String], count: Int,
        runnerCountsEpochs: Bool
    ) throws -> LearningRateCurve? {
        try checkCounting(runnerCountsEpochs: runnerCountsEpochs)
        let planned = try schedule.planned(
            for: ScheduledOptimizer(
                name: name, allNames: names, starts: [start], maximum: count, isExact: true,
                configPath: path, config: config, tell: { _ in }))
        return planned.first.map {
            LearningRateCurve($0, byEpoch: byEpoch, warmup: warmup, count: count)
        }
    }

    /// Notes what the groups start from.
    func begin(_ runner: BaseRunner) throws {
        var warnings: Set<String> = []
        func tell(_ message: String) {
            // Several optimizers, or the many groups of parameter-wise rules, may say the same.
            if warnings.insert(message).inserted { runner.logger.warning("\(message)") }
        }
        let plan = try plan(runner, runner.phaseSources, tell)
        tracks = plan.map { group, planned in
            let saved = group[quantity.initialKey]?.number
            note(planned, in: group)
            if let saved, saved != planned.base, group.hasLoadedSettings, planned.notes == nil {
                tell(
                    "the checkpoint was trained with \(quantity.word) \(PythonText.number(saved)), the config says \(PythonText.number(planned.base)): the config counts"
                )
            }
            return Track(
                group: group, base: planned.base, schedule: planned.schedule,
                scheduled: planned.base)
        }
        warmupIterations = firstWarmup(runner)
    }

    /// Sets the epoch's value where epochs count.
    func beginEpoch(_ runner: BaseRunner) throws {
        if warmupIterations == nil, case .epochs(let count) = warmup?.length,
            let loader = runner.dataLoader
        {
            warmupIterations = count * loader.batchesPerEpoch
        }
        guard byEpoch else { return }
        try compute(progress: runner.epoch, maximum: runner.maxEpochs)
        // An iteration that was begun before the run was resumed may still have to step.
        if runner.isContinuingEpoch, setWarmed(runner.iteration) { return }
        setScheduled()
    }

    /// Sets the iteration's value where iterations count or the value is still warming up.
    func beginIteration(_ runner: BaseRunner) throws {
        let iteration = runner.iteration
        if !byEpoch { try compute(progress: iteration, maximum: runner.maxIterations) }
        if setWarmed(iteration) { return }
        if !byEpoch || warmup != nil && iteration == warmupIterations { setScheduled() }
    }

    private func compute(progress: Int, maximum: Int?) throws {
        for place in tracks.indices {
            let track = tracks[place]
            let value = try track.schedule.value(
                base: track.base, progress: progress, maximum: maximum ?? 0)
            guard value.isFinite else {
                throw RunnerError(
                    path,
                    "the \(quantity.word) after \(progress) of \(maximum ?? 0) \(byEpoch ? "epochs" : "iterations") is \(PythonText.number(value))"
                )
            }
            tracks[place].scheduled = value
        }
    }

    private func setScheduled() {
        for track in tracks { quantity.set(track.scheduled, in: track.group) }
    }

    /// Sets what warmup makes of the scheduled values; false where it is over.
    private func setWarmed(_ iteration: Int) -> Bool {
        guard let warmup, let count = warmupIterations, iteration < count else { return false }
        let factor = warmup.factor(iteration: iteration, count: count)
        for track in tracks {
            quantity.set(quantity.warmed(track.scheduled, by: factor), in: track.group)
        }
        return true
    }

    /// The length of warmup in iterations: its epochs are as long as the first that trains.
    private func firstWarmup(_ runner: BaseRunner) -> Int? {
        switch warmup?.length {
        case nil: return nil
        case .iterations(let count): return count
        case .epochs(let count):
            let first = zip(runner.workflow, runner.loaders).first { step, _ in
                runner.advancingPhases.contains(step.0) && step.1 > 0
            }
            return first.map { count * $0.1.batchesPerEpoch }
        }
    }

    /// Keeps the starting points for checkpoints; what a checkpoint brought along gives way to the config.
    private func note(_ planned: GroupSchedule, in group: ParameterGroup) {
        let notes = planned.notes ?? [(quantity.initialKey, planned.base)]
        for (name, value) in notes where group[name] == nil || group.hasLoadedSettings {
            group[name] = .double(value)
        }
    }

    private func plan(
        _ runner: BaseRunner, _ sources: [PhaseSource],
        _ tell: @escaping (String) -> Void
    ) throws -> [(group: ParameterGroup, planned: GroupSchedule)] {
        try checkCounting(runnerCountsEpochs: runner.countsByEpoch)
        guard let optimizers = runner.optimizer?.entries else {
            throw failure("the run has no optimizer", remedy: "leave \(path) out")
        }
        let length = length(runner, sources)
        let names = optimizers.map { name, wrapper in
            name.isEmpty ? wrapper.optimizer.typeName : name
        }
        return try zip(names, optimizers).flatMap { name, entry in
            let optimizer = entry.wrapper.optimizer
            let planned = try schedule.planned(
                for: ScheduledOptimizer(
                    name: name, allNames: names, starts: try starts(of: optimizer),
                    maximum: length.maximum, isExact: length.isExact,
                    configPath: path, config: config, tell: tell))
            guard planned.count == optimizer.groups.count else {
                throw RunnerError(
                    path,
                    "\(type(of: schedule)) planned \(planned.count) schedules for \(optimizer.groups.count) groups of \(name)"
                )
            }
            return zip(optimizer.groups, planned).map { ($0, $1) }
        }
    }

    /// How many steps the run has; not exactly, where sources of several lengths train in turn.
    private func length(
        _ runner: BaseRunner, _ sources: [PhaseSource]
    ) -> (maximum: Int?, isExact: Bool) {
        if byEpoch { return (runner.maxEpochs, true) }
        guard runner.countsByEpoch else { return (runner.maxIterations, true) }
        let lengths = sources.filter { runner.advancingPhases.contains($0.phase) }
            .map { $0.source.batchesPerEpoch }
        let iterations = runner.maxEpochs.flatMap { epochs in lengths.first.map { epochs * $0 } }
        return (iterations ?? runner.maxIterations, Set(lengths).count == 1)
    }

    private func starts(of optimizer: Optimizer) throws -> [Double] {
        try optimizer.groups.map { group in
            guard let start = quantity.start(of: group) else {
                throw failure(
                    "\(optimizer.typeName) has no \(quantity.word)",
                    remedy: "leave \(path) out, or use another optimizer")
            }
            return start
        }
    }

    private func checkCounting(runnerCountsEpochs: Bool) throws {
        guard !runnerCountsEpochs else { return }
        if byEpoch {
            throw failure(
                "by_epoch is true, but the runner counts iterations",
                remedy: "set by_epoch=False", at: "by_epoch")
        }
        if case .epochs = warmup?.length {
            throw failure(
                "warmup_by_epoch is true, but the runner counts iterations",
                remedy: "give warmup_iters in iterations", at: "warmup_by_epoch")
        }
    }

    private func failure(_ problem: String, remedy: String, at key: String? = nil) -> any Error {
        guard let config else { return RunnerError(path, problem, remedy: remedy) }
        let place = key.flatMap { config[$0] } ?? config
        return ConfigError(at: place, path: path, problem: problem, remedy: remedy)
    }
}
