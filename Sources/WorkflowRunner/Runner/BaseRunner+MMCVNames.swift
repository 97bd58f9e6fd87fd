public import ConfigCore

// Pasted MMCV code gets a fix-it: these names exist only to be renamed.
extension BaseRunner {
    /// MMCV's name of `registerTrainingHooks`.
    @available(
        *, unavailable,
        renamed:
            "registerTrainingHooks(lrConfig:optimizerConfig:checkpointConfig:logConfig:momentumConfig:timerConfig:customHooks:context:)"
    )
    public func register_training_hooks(
        _ lr_config: ConfigNode?, _ optimizer_config: ConfigNode? = nil,
        _ checkpoint_config: ConfigNode? = nil, _ log_config: ConfigNode? = nil
    ) {}

    /// MMCV's name of `register(_:priority:)`.
    @available(*, unavailable, renamed: "register(_:priority:)")
    public func register_hook(_ hook: any Hook, priority: HookPriority = .normal) {}

    /// MMCV's name of `register(from:at:priority:context:)`.
    @available(*, unavailable, renamed: "register(from:at:priority:context:)")
    public func register_hook_from_cfg(_ hook_cfg: ConfigNode) {}

    /// MMCV's name of `saveCheckpoint`.
    @available(
        *, unavailable,
        renamed: "saveCheckpoint(to:template:number:savesOptimizer:meta:createsSymlink:)"
    )
    public func save_checkpoint(_ out_dir: String) {}

    /// MMCV's name of `loadCheckpoint`.
    @available(*, unavailable, renamed: "loadCheckpoint(_:strict:reviseKeys:)")
    public func load_checkpoint(_ filename: String) {}

    /// MMCV's name of `callHook(named:)`.
    @available(*, unavailable, renamed: "callHook(named:)")
    public func call_hook(_ fn_name: String) {}

    /// MMCV's name of `currentLearningRates`.
    @available(*, unavailable, renamed: "currentLearningRates")
    public func current_lr() {}

    /// MMCV's name of `currentMomentums`.
    @available(*, unavailable, renamed: "currentMomentums")
    public func current_momentum() {}

    /// MMCV's name of `hookTable`.
    @available(*, unavailable, renamed: "hookTable")
    public func get_hook_info() {}

    /// MMCV's name of `registerLearningRateHook`.
    @available(*, unavailable, renamed: "registerLearningRateHook(_:context:)")
    public func register_lr_hook(_ lr_config: ConfigNode) {}

    /// MMCV's name of `registerMomentumHook`.
    @available(*, unavailable, renamed: "registerMomentumHook(_:context:)")
    public func register_momentum_hook(_ momentum_config: ConfigNode) {}

    /// MMCV's name of `registerOptimizerHook`.
    @available(*, unavailable, renamed: "registerOptimizerHook(_:context:)")
    public func register_optimizer_hook(_ optimizer_config: ConfigNode) {}

    /// MMCV's name of `registerCheckpointHook`.
    @available(*, unavailable, renamed: "registerCheckpointHook(_:context:)")
    public func register_checkpoint_hook(_ checkpoint_config: ConfigNode) {}

    /// MMCV's name of `registerLoggerHooks`.
    @available(*, unavailable, renamed: "registerLoggerHooks(_:context:)")
    public func register_logger_hooks(_ log_config: ConfigNode) {}

    /// MMCV's name of `registerTimerHook`.
    @available(*, unavailable, renamed: "registerTimerHook(_:context:)")
    public func register_timer_hook(_ timer_config: ConfigNode) {}

    /// MMCV's name of `registerCustomHooks`.
    @available(*, unavailable, renamed: "registerCustomHooks(_:context:)")
    public func register_custom_hooks(_ custom_config: ConfigNode) {}

    /// MMCV's name of `iteration`.
    @available(*, unavailable, renamed: "iteration")
    public var iter: Int { 0 }

    /// MMCV's name of `innerIteration`.
    @available(*, unavailable, renamed: "innerIteration")
    public var inner_iter: Int { 0 }

    /// MMCV's name of `maxEpochs`.
    @available(*, unavailable, renamed: "maxEpochs")
    public var max_epochs: Int? { nil }

    /// MMCV's name of `maxIterations`.
    @available(*, unavailable, renamed: "maxIterations")
    public var max_iters: Int? { nil }

    /// MMCV's name of `modelName`.
    @available(*, unavailable, renamed: "modelName")
    public var model_name: String { "" }

    /// MMCV's name of `worldSize`.
    @available(*, unavailable, renamed: "worldSize")
    public var world_size: Int { 0 }

    /// MMCV's name of `workDirectory`.
    @available(*, unavailable, renamed: "workDirectory")
    public var work_dir: String? { nil }
}
