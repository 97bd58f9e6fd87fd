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
}
