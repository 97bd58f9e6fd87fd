import ConfigCore

extension LegacyToNewStyle {
    /// Checkpoints, logs and timer.
    mutating func defaultHooks() throws {
        try checkpoints()
        try logging()
        if let timer = experiment.hooks.timer?.unlessNull, timer["type"] != "IterTimerHook" {
            set("default_hooks", "timer", to: timer)
            report.moved("timer_config", "default_hooks.timer")
        }
    }

    private mutating func checkpoints() throws {
        let node = experiment.hooks.checkpoint?.unlessNull
        var hook: ConfigNode = ["type": "CheckpointHook", "interval": -1]
        if let node {
            var reader = try ConfigReader(node, at: "checkpoint_config")
            reader.ignore("type")
            for key in HookNames.checkpointKeys {
                if let value = reader.node(key) { hook = hook.setting(key, to: value) }
            }
            if !experiment.runner.byEpoch && node["by_epoch"] == nil {
                hook = hook.setting("by_epoch", to: false)
            }
            for (key, _) in reader.remaining() {
                report.dropped("checkpoint_config.\(key)", "has no counterpart")
            }
            report.moved("checkpoint_config", "default_hooks.checkpoint")
        } else {
            hook = hook.setting("save_last", to: false)
        }
        let keeps = try keepBest(in: &hook)
        set("default_hooks", "checkpoint", to: node == nil && !keeps ? .init(.null) : hook)
    }

    /// `save_best` and its rules; whether there is one.
    private mutating func keepBest(in hook: inout ConfigNode) throws -> Bool {
        guard let evaluation = experiment.evaluation else { return false }
        var reader = try ConfigReader(evaluation.hook, at: evaluation.path)
        reader.ignore("interval", "start", "by_epoch", "type")
        let best: String? = try reader.optional("save_best")
        if let best {
            guard let name = MetricNames.best(best, new: true) else {
                throw reader.failure("save_best", "\"\(best)\" has no known counterpart")
            }
            hook = hook.setting("save_best", to: ConfigNode(.string(name)))
            report.moved(
                "evaluation.save_best", "default_hooks.checkpoint.save_best",
                best == name ? "" : "\(best) is \(name) there")
        }
        for key in ["rule", "greater_keys", "less_keys"] {
            guard let value = reader.node(key)?.unlessNull else { continue }
            hook = hook.setting(key, to: value)
            report.moved("evaluation.\(key)", "default_hooks.checkpoint.\(key)")
        }
        if let folder = reader.node("out_dir")?.unlessNull {
            if best != nil && hook["out_dir"] == nil {
                hook = hook.setting("out_dir", to: folder)
                report.moved("evaluation.out_dir", "default_hooks.checkpoint.out_dir")
            } else if hook["out_dir"] != folder {
                report.dropped("evaluation.out_dir", "checkpoint_config.out_dir counts there")
            }
        }
        for key in [
            "gpu_collect", "tmpdir", "broadcast_bn_buffer", "file_client_args", "test_fn",
        ] where reader.node(key) != nil {
            report.dropped("evaluation.\(key)", "has no counterpart")
        }
        try reader.checkAllRead()
        return best != nil
    }

    private mutating func logging() throws {
        guard let node = experiment.hooks.log?.unlessNull else { return }
        var logger: ConfigNode = ["type": "LoggerHook", "interval": node["interval"] ?? 10]
        var backends: [ConfigNode] = []
        for (place, hook) in (node["hooks"]?.list ?? []).enumerated() {
            let path = "log_config.hooks[\(place)]"
            let type = hook["type"]?.string ?? ""
            if type == "TextLoggerHook" {
                textLogger(hook, at: path, &logger)
            } else if let pair = HookNames.loggers.first(where: { $0.0 == type }) {
                var backend: ConfigNode = ["type": ConfigNode(.string(pair.1))]
                if let arguments = hook["init_kwargs"] {
                    backend = backend.setting("init_kwargs", to: arguments)
                }
                if let folder = hook["log_dir"] {
                    backend = backend.setting("save_dir", to: folder)
                }
                for (key, _) in hook.mapping ?? ConfigMapping()
                where !["type", "init_kwargs", "log_dir"].contains(key) {
                    report.dropped("\(path).\(key)", "has no counterpart")
                }
                backends.append(backend)
                report.moved(path, "visualizer.vis_backends", "\(type) is \(pair.1) there")
            } else {
                report.dropped(path, "\(type) has no counterpart")
            }
        }
        report.moved(
            "log_config", "default_hooks.logger",
            "logs means of the last 10 iterations (log_processor.window_size), not of the interval")
        set("default_hooks", "logger", to: logger)
        guard !backends.isEmpty else { return }
        set(
            "visualizer",
            to: [
                "type": "UniversalVisualizer",
                "vis_backends": ConfigNode(.list([["type": "LocalVisBackend"]] + backends)),
            ])
    }

    private mutating func textLogger(
        _ hook: ConfigNode, at path: String, _ logger: inout ConfigNode
    ) {
        for (key, value) in hook.mapping ?? ConfigMapping() {
            switch key {
            case "type": continue
            case "interval", "ignore_last", "interval_exp_name", "out_dir", "out_suffix",
                "keep_local":
                logger = logger.setting(key, to: value)
            case "by_epoch": set("log_processor", "by_epoch", to: value)
            default: report.dropped("\(path).\(key)", "has no counterpart")
            }
        }
    }

    /// Hooks of the user's choice, the profiler among them.
    mutating func customHooks() throws {
        var hooks: [ConfigNode] = []
        if let profiler = experiment.hooks.profiler?.unlessNull {
            hooks.append(
                HookNames.newProfiler(NewTransforms.joined(["type": "ProfilerHook"], profiler)))
            report.moved("profiler_config", "custom_hooks", "ProfilerHook")
        }
        for (place, hook) in (experiment.hooks.custom?.list ?? []).enumerated() {
            if let converted = try HookNames.new(hook, at: "custom_hooks[\(place)]", &report) {
                hooks.append(converted)
            }
        }
        if !hooks.isEmpty { set("custom_hooks", to: ConfigNode(.list(hooks))) }
    }
}
