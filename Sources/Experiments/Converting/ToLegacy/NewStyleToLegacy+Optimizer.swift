import ConfigCore
import ImageData

extension NewStyleToLegacy {
    /// `optim_wrapper` as `optimizer`, `optimizer_config` and `fp16`.
    mutating func optimizer() throws {
        guard let node = root["optim_wrapper"]?.unlessNull else { return }
        if let parts = wrapperParts { return try severalOptimizers(parts) }
        var reader = try ConfigReader(node, at: "optim_wrapper")
        let type = try reader.value("type", default: "OptimWrapper")
        guard ["OptimWrapper", "AmpOptimWrapper"].contains(type) else {
            throw reader.failure("type", "\"\(type)\" has no counterpart in the legacy style")
        }
        var optimizer = try unwrapped(&reader, at: "optimizer")
        if let constructor = reader.node("constructor")?.unlessNull {
            let isStandard = constructor == "DefaultOptimWrapperConstructor"
            optimizer = optimizer.setting(
                "constructor", to: isStandard ? "DefaultOptimizerConstructor" : constructor)
        }
        set("optimizer", to: optimizer)
        var hook = ConfigNode.emptyMapping
        if let count = reader.node("accumulative_counts")?.unlessNull, count != 1 {
            hook = ["type": "GradientCumulativeOptimizerHook", "cumulative_iters": count]
            report.moved("optim_wrapper.accumulative_counts", "optimizer_config.cumulative_iters")
        }
        let clip = reader.node("clip_grad")?.unlessNull
        if clip?["type"] == "value" || clip?["clip_value"] != nil {
            throw reader.failure(
                "clip_grad", "clipping values has no counterpart in the legacy style")
        }
        hook = hook.setting("grad_clip", to: clip?.removing("type") ?? .init(.null))
        if clip != nil { report.moved("optim_wrapper.clip_grad", "optimizer_config.grad_clip") }
        set("optimizer_config", to: hook)
        let scale = reader.node("loss_scale")
        if type == "AmpOptimWrapper" {
            set("fp16", to: ["loss_scale": scale ?? "dynamic"])
            report.moved("optim_wrapper.type, .loss_scale", "fp16")
            for key in ["dtype", "use_fsdp"] where reader.node(key)?.unlessNull != nil {
                report.dropped("optim_wrapper.\(key)", "has no counterpart")
            }
        }
        try reader.checkAllRead()
        if let scaling = root["auto_scale_lr"]?.unlessNull {
            if scaling["enable"]?.bool == true {
                throw ConfigError(
                    at: scaling, path: "auto_scale_lr",
                    problem: "has no counterpart in the legacy style",
                    remedy: "write the scaled rate in optim_wrapper.optimizer.lr")
            }
            report.dropped("auto_scale_lr", "not enabled")
        }
    }

    /// The optimizer of a wrapper, with its parameter-wise rules as the legacy style has them.
    private mutating func unwrapped(_ reader: inout ConfigReader, at path: String) throws
        -> ConfigNode
    {
        let optimizer: ConfigNode = try reader.required("optimizer")
        report.moved(reader.path(to: "optimizer"), path)
        guard let rules = reader.node("paramwise_cfg")?.unlessNull else { return optimizer }
        let rulesPath = reader.path(to: "paramwise_cfg")
        for key in ["flat_decay_mult"] where rules[key]?.unlessNull != nil {
            throw ConfigError(
                at: rules[key] ?? rules, path: "\(rulesPath).\(key)",
                problem: "has no counterpart in the legacy style")
        }
        report.moved(rulesPath, "\(path).paramwise_cfg")
        return optimizer.setting("paramwise_cfg", to: rules)
    }

    /// The wrappers of a config that gives each part of the model its own; nil for one wrapper.
    private var wrapperParts: [(key: String, node: ConfigNode)]? {
        guard let node = root["optim_wrapper"],
            node["constructor"]?.string?.split(separator: ".").last
                == "MultiOptimWrapperConstructor"
        else { return nil }
        return (node.mapping ?? ConfigMapping()).filter { $0.key != "constructor" }
            .map { (key: $0.key, node: $0.node) }
    }

    private mutating func severalOptimizers(_ parts: [(key: String, node: ConfigNode)]) throws {
        var optimizers = ConfigNode.emptyMapping
        let shared = parts.first { $0.key == "paramwise_cfg" }?.node
        for (name, node) in parts where name != "paramwise_cfg" {
            var wrapper = node
            if let shared, node["paramwise_cfg"] == nil {
                wrapper = node.setting("paramwise_cfg", to: shared)
            }
            var reader = try ConfigReader(
                wrapper, at: ConfigPath.join("optim_wrapper", key: name))
            let type = try reader.value("type", default: "OptimWrapper")
            guard type == "OptimWrapper" else {
                throw reader.failure("type", "\"\(type)\" has no counterpart in the legacy style")
            }
            for key in ["clip_grad", "accumulative_counts"]
            where reader.node(key)?.unlessNull != nil && reader.node(key) != 1 {
                throw reader.failure(key, "has no counterpart where the model steps itself")
            }
            let path = ConfigPath.join("optimizer", key: name)
            optimizers = optimizers.setting(name, to: try unwrapped(&reader, at: path))
            try reader.checkAllRead()
        }
        set("optimizer", to: optimizers)
        set("optimizer_config", to: .init(.null))
    }

    /// Chains of parameter schedulers as `lr_config` and `momentum_config`.
    mutating func schedules() throws {
        let node = root["param_scheduler"]?.unlessNull
        let run = ScheduledRun(
            .init(epochs: loop.byEpoch ? loop.maximum : nil, counted: loop.maximum),
            optimizer: root.at(path: "optim_wrapper.optimizer").map {
                $0.setting(
                    "paramwise_cfg",
                    to: root.at(path: "optim_wrapper.paramwise_cfg") ?? .init(.null))
            }, epochLength: options.epochLength ?? epochLength(), options)
        guard let parts = config["optimizer"].flatMap({ $0.namesParts ? $0.mapping : nil }) else {
            return try schedules(node, run)
        }
        var found: [ConfigNode] = []
        for (name, optimizer) in parts {
            let isNamed = node?.mapping != nil && node?["type"] == nil
            try schedules(isNamed ? node?[name] : node, run.stepping(optimizer))
            found.append([
                "lr": config["lr_config"] ?? .init(.null),
                "momentum": config["momentum_config"] ?? .init(.null),
            ])
        }
        guard let node, found.contains(where: { $0 != found.first }) else { return }
        throw ConfigError(
            at: node, path: "param_scheduler",
            problem: "schedules that differ between optimizers have no counterpart")
    }

    private mutating func schedules(_ node: ConfigNode?, _ run: ScheduledRun) throws {
        let list = node.map { $0.list ?? [$0] } ?? []
        var rest = list
        for kind in [ScheduledKind.rate, .momentum] {
            let chain = list.filter { $0["type"]?.string?.hasSuffix(kind.suffix) ?? false }
            rest.removeAll { $0["type"]?.string?.hasSuffix(kind.suffix) ?? false }
            guard !chain.isEmpty || kind == .rate, root["optim_wrapper"]?.unlessNull != nil else {
                continue
            }
            let policy = try PolicyFinder(chain, kind, run, at: node ?? root).policy()
            let curves = try PolicyCurves(policy, kind, run, registries)
            let deviation = try run.largestDeviation {
                try SchedulerChain.curves(
                    chain, run.bases(kind), epochLength: $0, maximum: run.maximum)
            } from: {
                try curves.curves(epochLength: $0)
            }
            try run.judge(deviation, at: node ?? root, path: "param_scheduler")
            set(kind.legacyKey, to: policy)
            report.moved(
                chain.isEmpty ? "-" : "param_scheduler", kind.legacyKey, run.remark(deviation))
        }
        if let other = rest.first {
            throw ConfigError(
                at: other, path: "param_scheduler",
                problem: "\"\(other["type"]?.string ?? "")\" has no counterpart")
        }
    }

    private func epochLength() -> Int? {
        guard loop.byEpoch, let train = config.at(path: "data.train"),
            let size = config.at(path: "data.samples_per_gpu")?.int, size > 0,
            let data = try? buildDataset(train, at: "data.train", registries: registries)
        else { return nil }
        let drops = config.at(path: "data.drop_last")?.bool ?? false
        return drops ? data.count / size : (data.count + size - 1) / size
    }
}
