import ConfigCore

extension ConfigStyle {
    /// Top-level keys with a meaning in the style.
    var knownKeys: Set<String> {
        switch self {
        case .legacy: LegacyInterpreter.knownKeys
        case .new: Self.newStyleKeys
        }
    }

    /// The keys of the other style, each with what to write instead.
    func foreignKeys(in root: ConfigNode) -> TopLevelCheck.ForeignKeys {
        switch self {
        case .legacy:
            var remedies = Self.legacyForNew
            if root["train_cfg"]?.isTrainLoop ?? false { remedies["train_cfg"] = "write runner" }
            return TopLevelCheck.ForeignKeys(
                problem: "a new-style key in a legacy config", remedies: remedies)
        case .new:
            return TopLevelCheck.ForeignKeys(
                problem: "a legacy key in a new-style config", remedies: Self.newForLegacy)
        }
    }

    /// What MMEngine's `Runner` takes.
    package static let newStyleKeys: Set<String> = [
        "model", "work_dir", "train_dataloader", "val_dataloader", "test_dataloader", "train_cfg",
        "val_cfg", "test_cfg", "auto_scale_lr", "optim_wrapper", "param_scheduler",
        "val_evaluator", "test_evaluator", "default_hooks", "custom_hooks", "data_preprocessor",
        "load_from", "resume", "launcher", "env_cfg", "log_processor", "log_level", "visualizer",
        "default_scope", "randomness", "experiment_name", "runner_type", "custom_imports",
        "find_unused_parameters", "model_wrapper_cfg", "compile", "tta_model", "tta_pipeline",
        "activation_checkpointing", "efficient_conv_bn_eval",
    ]

    /// What replaces a legacy key in the new style.
    private static let newForLegacy: [String: String] = [
        "data": "write train_dataloader, val_dataloader and test_dataloader",
        "runner": "write train_cfg", "total_epochs": "write train_cfg",
        "optimizer": "write optim_wrapper.optimizer",
        "optimizer_config": "write optim_wrapper.clip_grad", "lr_config": "write param_scheduler",
        "momentum_config": "write param_scheduler",
        "checkpoint_config": "write default_hooks.checkpoint",
        "log_config": "write default_hooks.logger and visualizer",
        "timer_config": "write default_hooks.timer", "profiler_config": "write custom_hooks",
        "evaluation": "write val_cfg, val_evaluator and train_cfg.val_interval",
        "workflow": "write train_cfg.val_interval",
        "val_uses_train_pipeline": "write the pipeline in val_dataloader",
        "seed": "write randomness.seed", "deterministic": "write randomness.deterministic",
        "resume_from": "write load_from and resume=True",
        "fp16": "write optim_wrapper.type=\"AmpOptimWrapper\"",
        "cudnn_benchmark": "write env_cfg.cudnn_benchmark",
        "sampler": "write train_dataloader.sampler",
    ]

    /// What replaces a new-style key in the legacy style; `train_cfg` may be either's.
    private static let legacyForNew: [String: String] = [
        "train_dataloader": "write data.train", "val_dataloader": "write data.val",
        "test_dataloader": "write data.test", "optim_wrapper": "write optimizer",
        "param_scheduler": "write lr_config", "val_cfg": "write evaluation",
        "val_evaluator": "write evaluation", "test_evaluator": "write evaluation",
        "default_hooks": "write checkpoint_config, log_config and timer_config",
        "data_preprocessor": "write Normalize in the pipelines",
        "auto_scale_lr": "write the rate in optimizer.lr", "env_cfg": "write cudnn_benchmark",
        "log_processor": "write log_config", "visualizer": "write log_config.hooks",
        "default_scope": "leave it out", "randomness": "write seed and deterministic",
        "resume": "write resume_from", "experiment_name": "write work_dir",
    ]
}
