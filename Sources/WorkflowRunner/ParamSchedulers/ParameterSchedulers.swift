public import ConfigCore
public import TorchFile

/// The parameter schedulers of one optimizer, in the order in which they step.
public final class ParameterSchedulers {
    /// The schedulers.
    public let schedulers: [any ParameterScheduler]
    private let target: SchedulerTarget

    /// Schedulers that were built for those groups.
    public init(_ schedulers: [any ParameterScheduler], for target: SchedulerTarget) {
        self.schedulers = schedulers
        self.target = target
    }

    /// Builds the schedulers of a config; the groups then have the values of the first step.
    ///
    /// - Parameters:
    ///   - config: A scheduler's config, or a list of them; `null` is none.
    ///   - path: The way to it, for messages.
    ///   - target: The groups they are for.
    ///   - registry: The schedulers that may be named.
    /// - Throws: `ConfigError`.
    public convenience init(
        _ config: ConfigNode, at path: String = "param_scheduler", for target: SchedulerTarget,
        registry: Registry<any ParameterScheduler> = .standardParameterSchedulers()
    ) throws {
        var context = BuildContext()
        context.provide(target)
        let items = config.list.map { list in
            list.enumerated().map { ($1, ConfigPath.join(path, index: $0)) }
        }
        let configs = items ?? (config.isNull ? [] : [(config, path)])
        let schedulers = try configs.map { node, path in
            try registry.build(node, at: path, context)
        }
        self.init(schedulers, for: target)
    }

    /// Takes a step after each training iteration.
    public func stepIteration() throws {
        for scheduler in schedulers where !scheduler.byEpoch { try scheduler.step() }
    }

    /// Takes a step after each training epoch.
    public func stepEpoch() throws {
        for scheduler in schedulers where scheduler.byEpoch { try scheduler.step() }
    }

    /// Shows the metrics of a validation to the schedulers that look at them.
    public func step(metrics: [String: Double]) throws {
        for scheduler in schedulers where scheduler.byEpoch {
            try scheduler.step(metrics: metrics)
        }
    }

    /// What a checkpoint keeps of them, as MMEngine writes it.
    public var state: TorchValue { .list(schedulers.map { .dictionary($0.state) }) }

    /// Goes on from a checkpoint whose optimizer state has been loaded.
    ///
    /// Where the config says what it said then, the progress is taken over as it is. Where it says
    /// something else, the config counts: its schedule is followed from the start up to where training
    /// is now, and the difference is told.
    ///
    /// - Parameters:
    ///   - saved: The checkpoint's `param_schedulers`; nil where it holds none.
    ///   - progress: How much has been trained.
    ///   - hasOptimizerState: Whether the groups hold the checkpoint's values.
    /// - Returns: What the user should hear.
    /// - Throws: An error where the state is damaged, or the schedule has no value for a step.
    public func resume(
        _ saved: TorchValue?, _ progress: TrainedLength, hasOptimizerState: Bool = true
    ) throws -> [String] {
        let states = saved?.elements?.map(\.dictionary)
        let changes = ScheduleChanges(schedulers, states)
        if changes.isEmpty, hasOptimizerState, let states {
            for (scheduler, state) in zip(schedulers, states) {
                if let state { try scheduler.resume(state) }
            }
            return []
        }
        let before = currentValues
        let replay = ScheduleReplay(schedulers, states ?? [], progress)
        try replay.run(target)
        return changes.lines(from: before, to: currentValues) + replay.warnings
    }

    /// The first group's value of each setting that is scheduled.
    private var currentValues: [(name: String, value: Double)] {
        var values: [(name: String, value: Double)] = []
        for parameter in schedulers.map(\.parameter) {
            guard let value = target.groups.first.flatMap(parameter.value),
                !values.contains(where: { $0.name == parameter.name })
            else { continue }
            values.append((parameter.name, value))
        }
        return values
    }
}

/// How much of a run has been trained.
public struct TrainedLength: Sendable, Equatable {
    /// How many epochs have ended.
    public var epochs: Int
    /// How many iterations have ended.
    public var iterations: Int

    /// A part of a run.
    public init(epochs: Int, iterations: Int) {
        self.epochs = epochs
        self.iterations = iterations
    }
}
