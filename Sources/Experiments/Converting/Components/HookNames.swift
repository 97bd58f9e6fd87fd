import ConfigCore
import Foundation

/// Hooks and loggers whose names or keys differ between the styles.
enum HookNames {
    /// Loggers of the legacy style, and the backends that stand for them.
    static let loggers = [
        ("TensorboardLoggerHook", "TensorboardVisBackend"), ("WandbLoggerHook", "WandbVisBackend"),
        ("MlflowLoggerHook", "MLflowVisBackend"), ("ClearMLLoggerHook", "ClearMLVisBackend"),
        ("NeptuneLoggerHook", "NeptuneVisBackend"), ("DvcliveLoggerHook", "DVCLiveVisBackend"),
    ]
    /// Keys of `checkpoint_config` that mean the same there.
    static let checkpointKeys = [
        "interval", "by_epoch", "save_optimizer", "out_dir", "max_keep_ckpts", "save_last",
        "filename_tmpl",
    ]
    /// Keys of the profiler with two names.
    private static let profiler = [("profile_iters", "profile_times")]

    /// A hook of `custom_hooks` in the new style; nil where it is there by itself.
    static func new(
        _ hook: ConfigNode, at path: String, _ report: inout ConversionReport
    ) throws -> ConfigNode? {
        let type = hook["type"]?.string ?? ""
        if type.hasSuffix("UpdaterHook") {
            throw ConfigError(
                at: hook["type"] ?? hook, path: ConfigPath.join(path, key: "type"),
                problem: "a schedule among the hooks is not converted",
                remedy: "write it as lr_config or momentum_config")
        }
        switch type {
        case "EMAHook": return try averages(hook, at: path, &report)
        case "ProfilerHook": return newProfiler(hook)
        case "PreciseBNHook", "ClassNumCheckHook", "SyncBuffersHook", "EmptyCacheHook": return hook
        case "DistSamplerSeedHook":
            report.moved(path, "default_hooks.sampler_seed")
            return nil
        default:
            report.moved(path, "custom_hooks", "\(type) is taken over as it is")
            return hook
        }
    }

    /// A hook of `custom_hooks` in the legacy style.
    static func legacy(
        _ hook: ConfigNode, at path: String, _ report: inout ConversionReport
    ) throws -> ConfigNode? {
        let type = hook["type"]?.string ?? ""
        switch type {
        case "EMAHook": return try legacyAverages(hook, at: path, &report)
        case "ProfilerHook": return legacyProfiler(hook)
        case "PreciseBNHook", "ClassNumCheckHook", "SyncBuffersHook", "EmptyCacheHook": return hook
        default:
            report.moved(path, "custom_hooks", "\(type) is taken over as it is")
            return hook
        }
    }

    /// The legacy momentum is raised to the power of the interval, and the averages begin with the initial
    /// weights.
    private static func averages(
        _ hook: ConfigNode, at path: String, _ report: inout ConversionReport
    ) throws -> ConfigNode {
        let momentum = hook["momentum"]?.double ?? 0.0002
        let interval = hook["interval"]?.int ?? 1
        let power = interval == 1 ? momentum : pow(momentum, Double(interval))
        let converted = hook.removing("resume_from")
            .setting("momentum", to: ConfigNode(.double(power)))
            .setting("warm_up", to: hook["warm_up"] ?? 100)
        report.moved(
            path, "custom_hooks",
            "EMAHook: warm_up is MMCV's way to begin; leave it out for MMEngine, whose averages begin "
                + "with the weights after the first step")
        if hook["resume_from"] != nil {
            report.dropped("\(path).resume_from", "a resumed run has its averages")
        }
        return converted
    }

    private static func legacyAverages(
        _ hook: ConfigNode, at path: String, _ report: inout ConversionReport
    ) throws -> ConfigNode {
        if let type = hook["ema_type"], type != "ExponentialMovingAverage" {
            throw ConfigError(
                at: type, path: ConfigPath.join(path, key: "ema_type"),
                problem: "has no counterpart in the legacy style")
        }
        let interval = Double(hook["interval"]?.int ?? 1)
        let momentum = hook["momentum"]?.double ?? 0.0002
        let root = interval == 1 ? momentum : pow(momentum, 1 / interval)
        var converted: ConfigNode = ["type": "EMAHook", "momentum": ConfigNode(.double(root))]
        for key in ["interval", "warm_up", "priority"] {
            if let value = hook[key] { converted = converted.setting(key, to: value) }
        }
        for (key, _) in hook.mapping ?? ConfigMapping()
        where !["type", "ema_type", "momentum", "interval", "warm_up", "priority"].contains(key) {
            report.dropped("\(path).\(key)", "has no counterpart")
        }
        return converted
    }

    static func newProfiler(_ hook: ConfigNode) -> ConfigNode {
        var converted = renamed(hook, profiler)
        guard let activities = converted["activities"]?.list else { return converted }
        converted = converted.removing("activities")
        for name in ["cpu", "cuda"] {
            let isOn = activities.contains { $0.string == name }
            converted = converted.setting("activity_with_\(name)", to: ConfigNode(.bool(isOn)))
        }
        return converted
    }

    private static func legacyProfiler(_ hook: ConfigNode) -> ConfigNode {
        var converted = renamed(hook, profiler.map { ($0.1, $0.0) })
        let given = ["cpu", "cuda"].filter { converted["activity_with_\($0)"] != nil }
        guard !given.isEmpty else { return converted }
        let names = ["cpu", "cuda"].filter {
            converted["activity_with_\($0)"]?.bool ?? ($0 == "cpu")
        }
        for name in given { converted = converted.removing("activity_with_\(name)") }
        return converted.setting(
            "activities", to: ConfigNode(.list(names.map { ConfigNode(.string($0)) })))
    }

    private static func renamed(_ hook: ConfigNode, _ names: [(String, String)]) -> ConfigNode {
        let entries = (hook.mapping ?? ConfigMapping()).map { key, value in
            (key: names.first { $0.0 == key }?.1 ?? key, node: value)
        }
        return hook.holding(.mapping(ConfigMapping(entries)))
    }
}
