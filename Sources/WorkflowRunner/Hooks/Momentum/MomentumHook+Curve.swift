package import ConfigCore

extension MomentumPolicies {
    /// The hook that `momentum_config` means; nil for a hook that does not follow a schedule.
    ///
    /// Errors: throws `ConfigError`.
    package static func hook(
        _ config: ConfigNode, runnerCountsEpochs: Bool, _ context: BuildContext
    ) throws -> MomentumHook? {
        let registry = try context.value(Registry<any Hook>.self)
        let policy = try PolicyConfig(
            PolicyConfig.counting(config, runnerCountsEpochs: runnerCountsEpochs),
            at: "momentum_config", suffix: hookSuffix, registry: registry)
        return try registry.build(policy.hook, at: "momentum_config", context) as? MomentumHook
    }
}

extension MomentumHook {
    /// The momentum of a parameter group over a run, as `LearningRateHook.curve` has its rate.
    package func curve(
        from start: Double, of optimizer: String, among names: [String], count: Int,
        runnerCountsEpochs: Bool
    ) throws -> LearningRateCurve? {
        try groups.curve(
            from: start, of: optimizer, among: names, count: count,
            runnerCountsEpochs: runnerCountsEpochs)
    }
}
