package import ConfigCore

/// A hook that sets a value of every parameter group by a schedule, known without running it.
package protocol ScheduledHook: Hook {
    /// The groups and their schedule.
    var groups: ScheduledGroups { get }
    /// Whether epochs count.
    var byEpoch: Bool { get }
    /// The config's key for hooks of this kind.
    static var configKey: String { get }
    /// What their names end in.
    static var hookSuffix: String { get }
}

extension ScheduledHook {
    /// The hook that a config means; nil for one that does not follow a schedule.
    ///
    /// Errors: throws `ConfigError`.
    package static func hook(
        _ config: ConfigNode, runnerCountsEpochs: Bool, _ context: BuildContext
    ) throws -> Self? {
        let registry = try context.value(Registry<any Hook>.self)
        let policy = try PolicyConfig(
            PolicyConfig.counting(config, runnerCountsEpochs: runnerCountsEpochs), at: configKey,
            suffix: hookSuffix, registry: registry)
        return try registry.build(policy.hook, at: configKey, context) as? Self
    }

    /// The value of a parameter group over a run.
    ///
    /// - Parameters:
    ///   - start: The value that the group starts from.
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

extension LearningRateHook: ScheduledHook {
    package static var configKey: String { "lr_config" }
    package static var hookSuffix: String { LearningRatePolicies.hookSuffix }
}

extension MomentumHook: ScheduledHook {
    package static var configKey: String { "momentum_config" }
    package static var hookSuffix: String { MomentumPolicies.hookSuffix }
}
