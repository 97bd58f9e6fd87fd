import ConfigCore

extension NewStyleToLegacy {
    /// Default and custom hooks.
    mutating func hooks() throws {
        let defaults = root["default_hooks"]?.unlessNull ?? .emptyMapping
        checkpoints(defaults)
        try logging(defaults["logger"], isRemoved: defaults["logger"]?.isNull ?? false)
        if let timer = defaults["timer"]?.unlessNull, timer["type"] != "IterTimerHook" {
            set("timer_config", to: timer)
        }
        let known = [
            "checkpoint", "logger", "timer", "runtime_info", "param_scheduler", "sampler_seed",
        ]
        for (key, _) in defaults.mapping ?? ConfigMapping() where !known.contains(key) {
            report.dropped("default_hooks.\(key)", "has no counterpart")
        }
        var hooks: [ConfigNode] = []
        for (place, hook) in (root["custom_hooks"]?.list ?? []).enumerated() {
            guard let hook = try HookNames.legacy(hook, at: "custom_hooks[\(place)]", &report)
            else { continue }
            if hook["type"] == "ProfilerHook", config["profiler_config"] == nil {
                set("profiler_config", to: hook.removing("type"))
                report.moved("custom_hooks[\(place)]", "profiler_config")
            } else {
                hooks.append(hook)
            }
        }
        if !hooks.isEmpty { set("custom_hooks", to: ConfigNode(.list(hooks))) }
    }

    private mutating func checkpoints(_ defaults: ConfigNode) {
        if defaults["checkpoint"]?.isNull ?? false { return }
        let hook = defaults["checkpoint"] ?? ["interval": 1]
        // Without an interval and without the end it is there for the best one only.
        if hook["interval"] == -1, hook["save_last"] == false { return }
        var checkpoint = ConfigNode.emptyMapping
        let best = hook["save_best"]?.unlessNull != nil
        let elsewhere = ["save_best", "rule", "greater_keys", "less_keys", "type"]
        for (key, value) in hook.mapping ?? ConfigMapping() where !elsewhere.contains(key) {
            if key == "out_dir", best {
                checkpoint = checkpoint.setting(key, to: value)
            } else if HookNames.checkpointKeys.contains(key) {
                // It is what the runner does anyway.
                if key == "by_epoch", value.bool == loop.byEpoch { continue }
                if key == "interval", value == -1 { continue }
                checkpoint = checkpoint.setting(key, to: value)
            } else {
                report.dropped("default_hooks.checkpoint.\(key)", "has no counterpart")
            }
        }
        set("checkpoint_config", to: checkpoint)
        report.moved("default_hooks.checkpoint", "checkpoint_config")
    }

    private mutating func logging(_ node: ConfigNode?, isRemoved: Bool) throws {
        guard !isRemoved else { return }
        var text: ConfigNode = ["type": "TextLoggerHook"]
        for (key, value) in node?.mapping ?? ConfigMapping() {
            switch key {
            case "type", "interval": continue
            case "ignore_last", "interval_exp_name", "out_dir", "out_suffix", "keep_local":
                text = text.setting(key, to: value)
            default: report.dropped("default_hooks.logger.\(key)", "has no counterpart")
            }
        }
        if let byEpoch = root.at(path: "log_processor.by_epoch"), byEpoch.bool != loop.byEpoch {
            text = text.setting("by_epoch", to: byEpoch)
        }
        for (key, _) in root["log_processor"]?.mapping ?? ConfigMapping() where key != "by_epoch" {
            report.dropped("log_processor.\(key)", "has no counterpart")
        }
        var hooks = [text]
        for backend in root.at(path: "visualizer.vis_backends")?.list ?? [] {
            let type = backend["type"]?.string ?? ""
            guard type != "LocalVisBackend" else { continue }
            guard let pair = HookNames.loggers.first(where: { $0.1 == type }) else {
                report.dropped("visualizer.vis_backends", "\(type) has no counterpart")
                continue
            }
            var hook: ConfigNode = ["type": ConfigNode(.string(pair.0))]
            if let arguments = backend["init_kwargs"] {
                hook = hook.setting("init_kwargs", to: arguments)
            }
            if let folder = backend["save_dir"] { hook = hook.setting("log_dir", to: folder) }
            hooks.append(hook)
            report.moved(
                "visualizer.vis_backends", "log_config.hooks", "\(type) is \(pair.0) there")
        }
        set(
            "log_config",
            to: ["interval": node?["interval"] ?? 10, "hooks": ConfigNode(.list(hooks))])
        report.moved(
            "default_hooks.logger", "log_config",
            "logs means of the interval, not of the last log_processor.window_size iterations")
    }
}
