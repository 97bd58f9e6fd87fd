public import ConfigCore
import Foundation

extension BaseRunner {
    /// Registers the hooks of a training run, in the original's order and with its priorities.
    ///
    /// What is nil or `null` is left out. Where a config says nothing about `by_epoch`, a runner by
    /// iterations counts those.
    ///
    /// - Parameters:
    ///   - lrConfig: `policy` and its settings.
    ///   - optimizerConfig: Settings of the optimizer hook, or another hook by its `type`.
    ///   - checkpointConfig: Settings of the checkpoint hook, or another hook by its `type`.
    ///   - logConfig: `interval` and `hooks`.
    ///   - momentumConfig: `policy` and its settings.
    ///   - timerConfig: The timer.
    ///   - customHooks: One hook or a list of them, each with an optional `priority`.
    ///   - context: Provides the registry of hooks; the standard one by default.
    /// - Throws: `ConfigError` where a config is wrong.
    public func registerTrainingHooks(
        lrConfig: ConfigNode?, optimizerConfig: ConfigNode? = nil,
        checkpointConfig: ConfigNode? = nil, logConfig: ConfigNode? = nil,
        momentumConfig: ConfigNode? = nil, timerConfig: ConfigNode? = ["type": "IterTimerHook"],
        customHooks: ConfigNode? = nil, context: BuildContext? = nil
    ) throws {
        if let config = given(lrConfig) { try registerLearningRateHook(config, context: context) }
        if let config = given(momentumConfig) {
            try registerMomentumHook(config, context: context)
        }
        if let config = given(optimizerConfig) {
            try registerOptimizerHook(config, context: context)
        }
        if let config = given(checkpointConfig) {
            try registerCheckpointHook(config, context: context)
        }
        if let config = given(timerConfig) { try registerTimerHook(config, context: context) }
        if let config = given(logConfig) { try registerLoggerHooks(config, context: context) }
        if let config = given(customHooks) { try registerCustomHooks(config, context: context) }
    }

    /// Registers the hook that `policy` names, with the priority of learning rates.
    public func registerLearningRateHook(_ config: ConfigNode, context: BuildContext? = nil) throws
    {
        let context = context ?? .standardHooks
        let hook = try policyHook(
            counting(config), "lr_config", LearningRatePolicies.hookSuffix, context)
        try register(from: hook, at: "lr_config", priority: .veryHigh, context: context)
    }

    /// Registers the hook that `policy` names, with the priority of momentum.
    public func registerMomentumHook(_ config: ConfigNode, context: BuildContext? = nil) throws {
        let context = context ?? .standardHooks
        let hook = try policyHook(
            config, "momentum_config", MomentumPolicies.hookSuffix, context)
        try register(from: hook, at: "momentum_config", priority: .high, context: context)
    }

    /// Registers an `OptimizerHook`, or the hook of the config's `type`.
    public func registerOptimizerHook(_ config: ConfigNode, context: BuildContext? = nil) throws {
        try register(
            from: typed(config, "OptimizerHook"), at: "optimizer_config", priority: .aboveNormal,
            context: context)
    }

    /// Registers a `CheckpointHook`, or the hook of the config's `type`.
    public func registerCheckpointHook(_ config: ConfigNode, context: BuildContext? = nil) throws {
        try register(
            from: typed(counting(config), "CheckpointHook"), at: "checkpoint_config",
            context: context)
    }

    /// Registers the timer that a config describes.
    public func registerTimerHook(_ config: ConfigNode, context: BuildContext? = nil) throws {
        try register(from: config, at: "timer_config", priority: .low, context: context)
    }

    /// Registers a hook or a list of them, each with an optional `priority`.
    public func registerCustomHooks(_ config: ConfigNode, context: BuildContext? = nil) throws {
        guard let list = config.list else {
            return try register(from: config, at: "custom_hooks", context: context)
        }
        for (place, hook) in list.enumerated() {
            try register(
                from: hook, at: ConfigPath.join("custom_hooks", index: place), context: context)
        }
    }

    /// Registers the profiler that `profiler_config` describes; nil or `null` registers none.
    public func registerProfilerHook(_ config: ConfigNode?, context: BuildContext? = nil) throws {
        guard let config = given(config) else { return }
        try register(
            from: typed(counting(config), "ProfilerHook"), at: "profiler_config",
            context: context ?? .standardHooks)
    }

    /// Registers the loggers under `hooks`; those without an `interval` take that of the config.
    public func registerLoggerHooks(_ config: ConfigNode, context: BuildContext? = nil) throws {
        let (interval, hooks) = try config.decode(at: "log_config") { reader in
            let interval: ConfigNode = try reader.required("interval")
            let count: Int = try reader.required("interval")
            guard count > 0 else {
                throw reader.failure("interval", "expected a positive number, got \(count)")
            }
            return (interval, try reader.required("hooks", as: [ConfigNode].self))
        }
        for (place, hook) in hooks.enumerated() {
            var hook = counting(hook)
            if hook.mapping != nil, hook["interval"] == nil {
                hook = hook.setting("interval", to: interval)
            }
            try register(
                from: hook, at: ConfigPath.join("log_config.hooks", index: place),
                priority: .veryLow, context: context)
        }
    }

    private func given(_ config: ConfigNode?) -> ConfigNode? {
        guard let config, !config.isNull else { return .none }
        return config
    }

    private func typed(_ config: ConfigNode, _ type: String) -> ConfigNode {
        guard config.mapping != nil, config["type"] == nil else { return config }
        return config.setting("type", to: ConfigNode(.string(type), origin: config.origin))
    }

    private func counting(_ config: ConfigNode) -> ConfigNode {
        PolicyConfig.counting(config, runnerCountsEpochs: countsByEpoch)
    }

    /// The hook config that a policy means.
    private func policyHook(
        _ config: ConfigNode, _ path: String, _ suffix: String, _ context: BuildContext
    ) throws -> ConfigNode {
        try PolicyConfig(
            config, at: path, suffix: suffix,
            registry: try context.value(Registry<any Hook>.self)
        ).hook
    }
}
