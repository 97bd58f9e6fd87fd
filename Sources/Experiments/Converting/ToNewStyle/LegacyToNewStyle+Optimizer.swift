import ConfigCore

extension LegacyToNewStyle {
    /// Optimizer, its parameter-wise rules and its hook, gathered in `optim_wrapper`.
    mutating func optimizer() throws {
        guard let optimizer = experiment.optimizer else { return }
        guard !optimizer.namesParts else {
            throw ConfigError(
                at: optimizer, path: "optimizer",
                problem: "several optimizers have no counterpart that a loop steps",
                remedy: "convert the config of each")
        }
        let hook = experiment.hooks.optimizer?.unlessNull
        let type = hook?["type"]?.string ?? "OptimizerHook"
        let isMixed = type.contains("Fp16")
        var wrapper: ConfigNode = ["type": isMixed ? "AmpOptimWrapper" : "OptimWrapper"]
        if isMixed {
            // Where it is not given, the styles scale by different numbers.
            wrapper = wrapper.setting("loss_scale", to: hook?["loss_scale"] ?? 512.0)
            report.moved(
                root["fp16"] == nil ? "optimizer_config.type" : "fp16",
                "optim_wrapper.type, .loss_scale", "MMEngine's own wants a GPU for it")
        }
        wrapper = wrapper.setting(
            "optimizer", to: optimizer.removing("paramwise_cfg").removing("constructor"))
        report.moved("optimizer", "optim_wrapper.optimizer")
        if let rules = optimizer["paramwise_cfg"]?.unlessNull {
            wrapper = wrapper.setting("paramwise_cfg", to: rules)
            let clashes = rules["dwconv_decay_mult"] != nil && rules["bias_decay_mult"] != nil
            report.moved(
                "optimizer.paramwise_cfg", "optim_wrapper.paramwise_cfg",
                clashes ? "bias_decay_mult comes before dwconv_decay_mult there" : "")
        }
        if let constructor = optimizer["constructor"] {
            let isStandard = constructor == "DefaultOptimizerConstructor"
            wrapper = wrapper.setting(
                "constructor", to: isStandard ? "DefaultOptimWrapperConstructor" : constructor)
        }
        if let hook { try addHook(hook, type, to: &wrapper) }
        set("optim_wrapper", to: wrapper)
    }

    private mutating func addHook(_ hook: ConfigNode, _ type: String, to wrapper: inout ConfigNode)
        throws
    {
        let known = [
            "OptimizerHook", "DistOptimizerHook", "GradientCumulativeOptimizerHook",
            "Fp16OptimizerHook", "GradientCumulativeFp16OptimizerHook",
        ]
        guard known.contains(type) else {
            throw ConfigError(
                at: hook["type"] ?? hook, path: "optimizer_config.type",
                problem: "\"\(type)\" has no counterpart")
        }
        var reader = try ConfigReader(hook, at: "optimizer_config")
        reader.ignore("type", "loss_scale")
        if let clip = reader.node("grad_clip")?.unlessNull {
            wrapper = wrapper.setting("clip_grad", to: clip)
            report.moved("optimizer_config.grad_clip", "optim_wrapper.clip_grad")
        }
        if let count = reader.node("cumulative_iters")?.unlessNull {
            wrapper = wrapper.setting("accumulative_counts", to: count)
            report.moved("optimizer_config.cumulative_iters", "optim_wrapper.accumulative_counts")
        }
        if let detects = reader.node("detect_anomalous_params"), detects.bool == true {
            report.dropped("optimizer_config.detect_anomalous_params", "has no counterpart")
        }
        for key in ["coalesce", "bucket_size_mb", "distributed"] where reader.node(key) != nil {
            report.dropped("optimizer_config.\(key)", "says how processes exchange gradients")
        }
        try reader.checkAllRead()
    }

    /// Learning rate and momentum as chains of parameter schedulers.
    mutating func schedules() throws {
        var chain: [ConfigNode] = []
        let run = ScheduledRun(experiment, options, registries)
        for (node, quantity) in [
            (experiment.hooks.learningRate, ScheduledKind.rate),
            (experiment.hooks.momentum, .momentum),
        ] {
            guard let node = node?.unlessNull else { continue }
            let policy = try PolicyCurves(node, quantity, run, registries)
            let candidate = try ChainBuilder(node, quantity, run, policy).chain()
            let deviation = try run.largestDeviation {
                try policy.curves(epochLength: $0)
            } from: {
                try SchedulerChain.curves(
                    candidate, run.bases(quantity), epochLength: $0, maximum: run.maximum)
            }
            try run.judge(deviation, at: node, path: quantity.legacyKey)
            chain += candidate
            report.moved(
                quantity.legacyKey, candidate.isEmpty ? "-" : "param_scheduler",
                run.remark(deviation))
        }
        if !chain.isEmpty { set("param_scheduler", to: ConfigNode(.list(chain))) }
    }
}
