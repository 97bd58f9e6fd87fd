package import ConfigCore

/// A learning rate or a momentum over a whole run, known without running it.
package struct LearningRateCurve {
    /// Whether its steps are epochs; else iterations.
    package let byEpoch: Bool
    /// The rise at the start, in which a share of the curve's values is taken.
    package let warmup: Warmup?
    /// How many steps there are.
    package let count: Int
    private let schedule: GroupSchedule

    init(_ schedule: GroupSchedule, byEpoch: Bool, warmup: Warmup?, count: Int) {
        self.schedule = schedule
        self.byEpoch = byEpoch
        self.warmup = warmup
        self.count = count
    }

    /// The value in a step, counted from 0, leaving warmup aside.
    package func value(at step: Int) throws -> Double {
        try schedule.schedule.value(base: schedule.base, progress: step, maximum: count)
    }
}

extension LearningRatePolicies {
    /// The hook that `lr_config` means; nil for a hook that does not follow a schedule.
    ///
    /// Errors: throws `ConfigError`.
    package static func hook(
        _ config: ConfigNode, runnerCountsEpochs: Bool, _ context: BuildContext
    ) throws -> LearningRateHook? {
        let registry = try context.value(Registry<any Hook>.self)
        let policy = try PolicyConfig(
            PolicyConfig.counting(config, runnerCountsEpochs: runnerCountsEpochs), at: "lr_config",
            suffix: hookSuffix, registry: registry)
        return try registry.build(policy.hook, at: "lr_config", context) as? LearningRateHook
    }
}

extension LearningRateHook {
    /// The rate of a parameter group over a run.
    ///
    /// - Parameters:
    ///   - start: The rate that the group starts from.
    ///   - optimizer: The name of its optimizer.
    ///   - names: The names of all optimizers.
    ///   - count: The steps of the run, epochs or iterations as the schedule counts them.
    ///   - runnerCountsEpochs: Whether the runner's limit is in epochs.
    /// - Returns: The curve.
    /// - Throws: An error where the schedule does not fit the run.
    package func curve(
        from start: Double, of optimizer: String, among names: [String], count: Int,
        runnerCountsEpochs: Bool
    ) throws -> LearningRateCurve? {
        try groups.curve(
            from: start, of: optimizer, among: names, count: count,
            runnerCountsEpochs: runnerCountsEpochs)
    }
}
