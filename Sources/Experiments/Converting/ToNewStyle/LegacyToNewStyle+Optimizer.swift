import ConfigCore

extension LegacyToNewStyle {
    /// Optimizer, its parameter-wise rules and its hook, gathered in `optim_wrapper`.
    mutating func optimizer() throws {
        guard let optimizer = experiment.optimizer else { return }
        guard !optimizer.namesParts else { return try severalOptimizers(optimizer) }
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
        add(optimizer, at: "optimizer", to: &wrapper, at: "optim_wrapper")
        if let constructor = optimizer["constructor"] {
            let isStandard = constructor == "DefaultOptimizerConstructor"
            wrapper = wrapper.setting(
                "constructor", to: isStandard ? "DefaultOptimWrapperConstructor" : constructor)
        }
        if let hook { try addHook(hook, type, to: &wrapper) }
        set("optim_wrapper", to: wrapper)
    }

    /// An optimizer and its parameter-wise rules, in its wrapper.
    private mutating func add(
        _ optimizer: ConfigNode, at path: String, to wrapper: inout ConfigNode,
        at wrapperPath: String
    ) {
        wrapper = wrapper.setting(
            "optimizer", to: optimizer.removing("paramwise_cfg").removing("constructor"))
        report.moved(path, "\(wrapperPath).optimizer")
        guard let rules = optimizer["paramwise_cfg"]?.unlessNull else { return }
        wrapper = wrapper.setting("paramwise_cfg", to: rules)
        let clashes = rules["dwconv_decay_mult"] != nil && rules["bias_decay_mult"] != nil
        report.moved(
            "\(path).paramwise_cfg", "\(wrapperPath).paramwise_cfg",
            clashes ? "bias_decay_mult comes before dwconv_decay_mult there" : "")
    }

    /// Optimizers of parts of the model, which the model steps itself.
    private mutating func severalOptimizers(_ optimizers: ConfigNode) throws {
        if let hook = experiment.hooks.optimizer?.unlessNull {
            throw ConfigError(
                at: hook, path: "optimizer_config",
                problem: "the run has several optimizers, which the model steps itself",
                remedy: "leave optimizer_config and fp16 out, or set them to None")
        }
        var wrappers: ConfigNode = ["constructor": "MultiOptimWrapperConstructor"]
        for (name, optimizer) in optimizers.mapping ?? ConfigMapping() {
            var wrapper: ConfigNode = ["type": "OptimWrapper"]
            add(
                optimizer, at: ConfigPath.join("optimizer", key: name), to: &wrapper,
                at: ConfigPath.join("optim_wrapper", key: name))
            wrappers = wrappers.setting(name, to: wrapper)
        }
        set("optim_wrapper", to: wrappers)
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

    /// Learning rate and momentum as chains of parameter schedulers, for each optimizer where they differ.
    mutating func schedules() throws {
        let run = ScheduledRun(experiment, options, registries)
        guard let parts = experiment.optimizer.flatMap({ $0.namesParts ? $0.mapping : nil }) else {
            let chain = try schedulers(run, of: nil)
            if !chain.isEmpty { set("param_scheduler", to: ConfigNode(.list(chain))) }
            return
        }
        let chains = try parts.map { name, optimizer in
            (key: name, node: ConfigNode(.list(try schedulers(run.stepping(optimizer), of: name))))
        }
        guard let first = chains.first?.node, chains.contains(where: { $0.node != [] }) else {
            return
        }
        let isSame = chains.allSatisfy { $0.node == first }
        set("param_scheduler", to: isSame ? first : ConfigNode(.mapping(ConfigMapping(chains))))
    }

    private mutating func schedulers(_ run: ScheduledRun, of optimizer: String?) throws
        -> [ConfigNode]
    {
        var chain: [ConfigNode] = []
        for (node, quantity) in [
            (experiment.hooks.learningRate, ScheduledKind.rate),
            (experiment.hooks.momentum, .momentum),
        ] {
            guard let node = node?.unlessNull.map({ Self.share($0, of: optimizer) }) else {
                continue
            }
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
                quantity.legacyKey + (optimizer.map { " (\($0))" } ?? ""),
                candidate.isEmpty ? "-" : "param_scheduler", run.remark(deviation))
        }
        return chain
    }

    /// A policy with the numbers of one optimizer, where it gives them by name.
    private static func share(_ node: ConfigNode, of optimizer: String?) -> ConfigNode {
        guard let optimizer else { return node }
        return (node.mapping ?? ConfigMapping()).reduce(node) { node, entry in
            guard let own = entry.node[optimizer] else { return node }
            return node.setting(entry.key, to: own)
        }
    }
}
