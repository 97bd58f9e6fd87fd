public import ConfigCore
import WorkflowRunner

/// Reads what a legacy config means.
///
/// Source: `tools/train.py` and `train_model` of MMClassification 0.x.
public enum LegacyInterpreter {
    /// Top-level keys with a meaning.
    static let knownKeys: Set<String> = [
        "model", "data", "optimizer", "optimizer_config", "lr_config", "momentum_config", "runner",
        "total_epochs", "checkpoint_config", "log_config", "custom_hooks", "timer_config",
        "evaluation", "workflow", "val_uses_train_pipeline", "work_dir", "seed", "deterministic",
        "load_from", "resume_from", "log_level", "on_nonfinite", "device", "fp16", "custom_imports",
        "profiler_config", "cudnn_benchmark", "sampler",
    ]

    /// Keys that say something about machines or processes this program does not have.
    static let harmlessKeys: Set<String> = [
        "dist_params", "gpu_ids", "gpus", "opencv_num_threads", "mp_start_method",
        "find_unused_parameters", "launcher", "omp_num_threads", "mkl_num_threads",
        "ipu_model_cfg", "options_cfg",
    ]

    /// Keys of `runner` that only runners for IPUs know.
    private static let harmlessRunnerKeys = ["ipu_model_cfg", "options_cfg"]

    /// What the config means.
    ///
    /// Errors: throws `ConfigError`, gathering what is wrong with the top level.
    public static func experiment(_ root: ConfigNode) throws -> Experiment {
        try TopLevelKeys(root).check()
        var reader = try ConfigReader(root, at: "")
        try checkDevice(&reader)
        let runner = try runner(&reader)
        let workflow =
            try root["workflow"].map { try Workflow.read($0, at: "workflow") } ?? [("train", 1)]
        let resumeFrom = try reader.optional("resume_from", as: String.self)
        return Experiment(
            style: .legacy, model: try reader.required("model"),
            optimizer: try reader.optional("optimizer"), runner: runner,
            workflow: workflow.map { ($0.0, $0.1) }, workflowConfig: root["workflow"],
            loaders: try loaders(&reader, phases: workflow.map(\.0)),
            validatesWithTrainPipeline: try reader.value("val_uses_train_pipeline", default: false),
            evaluation: try evaluation(&reader),
            hooks: Experiment.Hooks(
                learningRate: try reader.optional("lr_config"),
                momentum: try reader.optional("momentum_config"),
                optimizer: try optimizerHook(&reader),
                checkpoint: try reader.optional("checkpoint_config"),
                log: try reader.optional("log_config"), timer: try reader.optional("timer_config"),
                custom: try reader.optional("custom_hooks"),
                profiler: try reader.optional("profiler_config")),
            workDirectory: try reader.optional("work_dir"),
            seed: try reader.optional("seed", as: Int.self).map { UInt64(bitPattern: Int64($0)) },
            loadFrom: try reader.optional("load_from"), resumeFrom: resumeFrom,
            logLevel: try reader.logLevel(),
            onNonFinite: try reader.value("on_nonfinite", default: "stop"),
            timesAlgorithms: try timesAlgorithms(&reader),
            isMixedPrecision: root["fp16"].map { !$0.isNull } ?? false, notes: notes(root))
    }

    /// Timing is off where a run is to be deterministic, as in the original.
    private static func timesAlgorithms(_ reader: inout ConfigReader) throws -> Bool {
        let isDeterministic = try reader.value("deterministic", default: false)
        return try reader.value("cudnn_benchmark", default: false) && !isDeterministic
    }

    /// `fp16` turns the optimizer's hook into the one for mixed precision and adds its settings.
    private static func optimizerHook(_ reader: inout ConfigReader) throws -> ConfigNode? {
        let hook: ConfigNode? = try reader.optional("optimizer_config")
        guard let fp16: ConfigNode = try reader.optional("fp16") else { return hook }
        guard let settings = fp16.mapping else {
            throw reader.failure("fp16", "", expected: "a mapping such as dict(loss_scale=512.)")
        }
        var merged = hook ?? [:]
        for (key, value) in settings { merged = merged.setting(key, to: value) }
        // The original has no way to ask for both; here the settings add up.
        let type = hook?["type"]?.string
        let accumulates = type?.hasPrefix("GradientCumulative") ?? false
        let name = accumulates ? "GradientCumulativeFp16OptimizerHook" : "Fp16OptimizerHook"
        let ours = ["OptimizerHook", "GradientCumulativeOptimizerHook", name]
        if let type, !ours.contains(type) {
            throw ConfigError(
                at: hook?["type"] ?? fp16, path: "optimizer_config.type",
                problem: "\"\(type)\" does not go with fp16",
                remedy: "leave one of them out")
        }
        return merged.setting("type", to: ConfigNode(.string(name)))
    }

    private static func notes(_ root: ConfigNode) -> [String] {
        let keys =
            (root.mapping.map { Array($0.keys) } ?? []).filter(harmlessKeys.contains)
            + harmlessRunnerKeys.filter { root["runner"]?[$0] != nil }.map { "runner.\($0)" }
        var notes: [String] = []
        if !keys.isEmpty {
            notes.append("without meaning here, ignored: \(keys.sorted().joined(separator: ", "))")
        }
        if root["total_epochs"] != nil && root["runner"] == nil {
            notes.append(
                "total_epochs is deprecated; write runner = dict(type='EpochBasedRunner', "
                    + "max_epochs=...)")
        } else if root["total_epochs"] != nil {
            notes.append("total_epochs means nothing beside runner, whose limit counts")
        }
        return notes
    }

    private static func checkDevice(_ reader: inout ConfigReader) throws {
        if let device = try reader.optional("device", as: String.self), device != "cpu" {
            throw reader.failure("device", "\"\(device)\" is not available", remedy: "use \"cpu\"")
        }
    }

    private static func runner(_ reader: inout ConfigReader) throws -> Experiment.Runner {
        guard let node = reader.node("runner"), !node.isNull else {
            let epochs: Int = try reader.required("total_epochs")
            return Experiment.Runner(
                config: ["type": "EpochBasedRunner", "max_epochs": ConfigNode(.int(epochs))],
                path: "total_epochs", byEpoch: true, maximum: epochs)
        }
        let byEpoch = node["max_iters"] == nil
        let limit = byEpoch ? "max_epochs" : "max_iters"
        let maximum = node[limit]?.int ?? 0
        if maximum < 0 {
            throw ConfigError(
                at: node[limit] ?? node, path: "runner.\(limit)",
                problem: "expected 0 or more, got the number \(maximum)")
        }
        let config = harmlessRunnerKeys.reduce(node) { $0[$1] == nil ? $0 : $0.removing($1) }
        return Experiment.Runner(config: config, path: "runner", byEpoch: byEpoch, maximum: maximum)
    }

    private static func evaluation(_ reader: inout ConfigReader) throws -> Experiment.Evaluation? {
        guard let node = reader.node("evaluation") else { return nil }
        guard !node.isNull else { return nil }
        guard let entries = node.mapping else {
            throw reader.failure("evaluation", "", expected: "a mapping")
        }
        var hook = ConfigNode(.mapping(ConfigMapping()), origin: node.origin)
        var metrics = hook
        for (key, value) in entries {
            if ["metric", "metric_options"].contains(key) {
                metrics = metrics.setting(key, to: value)
            } else {
                hook = hook.setting(key, to: value)
            }
        }
        return Experiment.Evaluation(hook: hook, metrics: metrics, path: "evaluation")
    }
}
