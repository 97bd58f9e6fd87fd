public import ConfigCore
import WorkflowRunner

/// Rewrites a legacy config in the style of MMEngine and MMPretrain.
///
/// Only what means the same there is rewritten; anything else is refused with its place. A shared
/// name of the config (`dataset_type`) has done its work once the tree is read and is left out.
/// Source: the migration guide of MMPretrain.
public struct LegacyToNewStyle: Sendable {
    /// The rewritten config.
    public private(set) var config = ConfigNode(.mapping(ConfigMapping()))
    /// What became of keys that have no counterpart.
    public private(set) var notes: [String] = []

    /// Converts a legacy config, its bases already merged.
    ///
    /// Errors: throws `ConfigError` for a config of the new style, and for keys without a counterpart.
    public static func convert(_ root: ConfigNode) throws -> LegacyToNewStyle {
        guard try ConfigStyle(root) == .legacy else {
            throw ConfigError(
                at: root, path: "", problem: "this is a new-style config already")
        }
        let experiment = try LegacyInterpreter.experiment(root)
        var conversion = LegacyToNewStyle()
        try conversion.model(experiment)
        try conversion.data(experiment)
        try conversion.optimizer(experiment)
        try conversion.schedule(experiment)
        try conversion.loops(experiment)
        try conversion.runtime(root, experiment)
        return conversion
    }

    private mutating func set(_ key: String, _ node: ConfigNode) {
        config = config.setting(key, to: node)
    }

    private mutating func model(_ experiment: Experiment) throws {
        var model = experiment.model
        if let augments = model.at(path: "train_cfg.augments") {
            throw ConfigError(
                at: augments, path: "model.train_cfg.augments",
                problem: "batch augmentations are not converted yet")
        }
        // Training accuracy is reported by the head there under the same keys.
        if let loss = model.at(path: "head.topk"), loss.int != nil {
            model = model.setting(
                "head", "topk", to: ConfigNode(.list([loss]), origin: loss.origin))
        }
        set("model", model)
    }

    private mutating func data(_ experiment: Experiment) throws {
        for phase in ["train", "val", "test"] {
            guard let loader = experiment.loaders[phase] else { continue }
            if phase != "train" && experiment.evaluation == nil { continue }
            let converted = try PipelineConversion(
                loader.dataset["pipeline"], at: "\(loader.path).pipeline")
            if let preprocessor = converted.preprocessor {
                if let earlier = config["data_preprocessor"], earlier != preprocessor {
                    throw ConfigError(
                        at: loader.dataset, path: "\(loader.path).pipeline",
                        problem: "Normalize differs from that of another data set, the new style "
                            + "has one for all")
                }
                set("data_preprocessor", preprocessor)
            }
            let dataset = loader.dataset.removing("test_mode").setting(
                "pipeline", to: converted.pipeline)
            set(
                "\(phase)_dataloader",
                [
                    "batch_size": ConfigNode(.int(loader.batchSize)),
                    "num_workers": ConfigNode(.int(loader.workers)),
                    "drop_last": ConfigNode(.bool(loader.dropsLast)),
                    "sampler": [
                        "type": "DefaultSampler", "shuffle": ConfigNode(.bool(loader.shuffles)),
                    ],
                    "dataset": dataset,
                ])
        }
    }

    private mutating func optimizer(_ experiment: Experiment) throws {
        guard let optimizer = experiment.optimizer else { return }
        guard !optimizer.namesParts else {
            throw ConfigError(
                at: optimizer, path: "optimizer", problem: "several optimizers are not converted")
        }
        var wrapper: ConfigNode = ["type": "OptimWrapper"]
        wrapper = wrapper.setting("optimizer", to: optimizer.removing("paramwise_cfg"))
        if let rules = optimizer["paramwise_cfg"], !rules.isNull {
            wrapper = wrapper.setting("paramwise_cfg", to: rules)
        }
        if let hook = experiment.hooks.optimizer, !hook.isNull {
            try hook.decode(at: "optimizer_config") { reader in
                let type = try reader.value("type", default: "OptimizerHook")
                guard type == "OptimizerHook" else {
                    throw reader.failure("type", "\"\(type)\" is not converted yet")
                }
                if let clip = try reader.optional("grad_clip", as: ConfigNode.self) {
                    wrapper = wrapper.setting("clip_grad", to: clip)
                }
                if try reader.value("detect_anomalous_params", default: false) {
                    throw reader.failure("detect_anomalous_params", "has no counterpart")
                }
            }
        }
        set("optim_wrapper", wrapper)
    }

    private mutating func schedule(_ experiment: Experiment) throws {
        guard let rate = experiment.hooks.learningRate, !rate.isNull else { return }
        if let momentum = experiment.hooks.momentum, !momentum.isNull {
            throw ConfigError(
                at: momentum, path: "momentum_config", problem: "is not converted yet")
        }
        let converted = try ScheduleConversion(rate, at: "lr_config", experiment.runner)
        if let schedulers = converted.schedulers { set("param_scheduler", schedulers) }
    }

    private mutating func loops(_ experiment: Experiment) throws {
        let runner = experiment.runner
        guard ["EpochBasedRunner", "IterBasedRunner"].contains(runner.config["type"]?.string) else {
            throw ConfigError(
                at: runner.config, path: "runner.type",
                problem: "only EpochBasedRunner and IterBasedRunner have a counterpart")
        }
        if experiment.workflow.map(\.phase) != ["train"] {
            throw ConfigError(
                at: experiment.model, path: "workflow",
                problem:
                    "\(Workflow.text(experiment.workflow.map { ($0.phase, $0.count) })) has no "
                    + "counterpart, the new style has no loss on validation data",
                remedy: "use workflow=[('train', 1)]")
        }
        var loop: ConfigNode = [
            "by_epoch": ConfigNode(.bool(runner.byEpoch)),
            runner.byEpoch ? "max_epochs" : "max_iters": ConfigNode(.int(runner.maximum)),
        ]
        if let evaluation = experiment.evaluation {
            let converted = try EvaluationConversion(evaluation)
            loop = loop.setting("val_interval", to: ConfigNode(.int(converted.interval)))
            if let begin = converted.begin {
                loop = loop.setting("val_begin", to: ConfigNode(.int(begin)))
            }
            for phase in ["val", "test"] where experiment.loaders[phase] != nil {
                set("\(phase)_cfg", ConfigNode(.mapping(ConfigMapping())))
                set("\(phase)_evaluator", converted.evaluator)
            }
            if let best = converted.saveBest {
                config = config.setting("default_hooks", "checkpoint", "save_best", to: best)
            }
            if runner.maximum % converted.interval != 0 {
                notes.append(
                    "val_interval: the new style also validates after the last "
                        + (runner.byEpoch ? "epoch" : "iteration"))
            }
        }
        set("train_cfg", loop)
    }

    private mutating func runtime(_ root: ConfigNode, _ experiment: Experiment) throws {
        for (key, hook) in [
            ("custom_hooks", experiment.hooks.custom), ("timer_config", experiment.hooks.timer),
            ("profiler_config", experiment.hooks.profiler),
        ] {
            if let hook, hook.list?.isEmpty != true, !hook.isNull {
                throw ConfigError(at: hook, path: key, problem: "is not converted yet")
            }
        }
        if let checkpoint = experiment.hooks.checkpoint, !checkpoint.isNull {
            config = config.setting(
                "default_hooks", "checkpoint",
                to: try Self.checkpointHook(
                    checkpoint, byEpoch: experiment.runner.byEpoch,
                    best: config.at(path: "default_hooks.checkpoint.save_best")))
        }
        if let log = experiment.hooks.log, !log.isNull { try logging(log) }
        if let seed = root["seed"], !seed.isNull {
            config = config.setting("randomness", "seed", to: seed)
        }
        if let deterministic = root["deterministic"] {
            config = config.setting("randomness", "deterministic", to: deterministic)
        }
        if let benchmark = root["cudnn_benchmark"] {
            config = config.setting("env_cfg", "cudnn_benchmark", to: benchmark)
        }
        for key in ["log_level", "work_dir"] {
            if let value = root[key] { set(key, value) }
        }
        set("load_from", root["load_from"] ?? .init(.null))
        set("resume", false)
        if let resume = root["resume_from"], !resume.isNull {
            set("load_from", resume)
            set("resume", true)
        }
        set("default_scope", "mmpretrain")
    }

    private static func checkpointHook(_ node: ConfigNode, byEpoch: Bool, best: ConfigNode?) throws
        -> ConfigNode
    {
        var hook: ConfigNode = ["type": "CheckpointHook"]
        try node.decode(at: "checkpoint_config") { reader in
            for key in [
                "interval", "by_epoch", "save_optimizer", "out_dir", "max_keep_ckpts", "save_last",
                "filename_tmpl",
            ] {
                if let value = reader.node(key) { hook = hook.setting(key, to: value) }
            }
        }
        if !byEpoch && node["by_epoch"] == nil { hook = hook.setting("by_epoch", to: false) }
        return best.map { hook.setting("save_best", to: $0) } ?? hook
    }

    private mutating func logging(_ node: ConfigNode) throws {
        let interval = node["interval"] ?? 10
        config = config.setting(
            "default_hooks", "logger", to: ["type": "LoggerHook", "interval": interval])
        for (place, hook) in (node["hooks"]?.list ?? []).enumerated() {
            switch hook["type"]?.string {
            case "TextLoggerHook": continue
            case "TensorboardLoggerHook":
                set(
                    "visualizer",
                    [
                        "type": "UniversalVisualizer",
                        "vis_backends": [
                            ["type": "LocalVisBackend"], ["type": "TensorboardVisBackend"],
                        ],
                    ])
            default:
                throw ConfigError(
                    at: hook, path: "log_config.hooks[\(place)]", problem: "is not converted yet")
            }
        }
    }
}
