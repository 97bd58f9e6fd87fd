import ConfigCore
import ImageData

extension NewStyleToLegacy {
    /// `optim_wrapper` as `optimizer`, `optimizer_config` and `fp16`.
    mutating func optimizer() throws {
        guard let node = root["optim_wrapper"]?.unlessNull else { return }
        var reader = try ConfigReader(node, at: "optim_wrapper")
        let type = try reader.value("type", default: "OptimWrapper")
        guard ["OptimWrapper", "AmpOptimWrapper"].contains(type) else {
            throw reader.failure("type", "\"\(type)\" has no counterpart in the legacy style")
        }
        var optimizer: ConfigNode = try reader.required("optimizer")
        report.moved("optim_wrapper.optimizer", "optimizer")
        if let rules = reader.node("paramwise_cfg")?.unlessNull {
            for key in ["flat_decay_mult"] where rules[key]?.unlessNull != nil {
                throw ConfigError(
                    at: rules[key] ?? rules, path: "optim_wrapper.paramwise_cfg.\(key)",
                    problem: "has no counterpart in the legacy style")
            }
            optimizer = optimizer.setting("paramwise_cfg", to: rules)
            report.moved("optim_wrapper.paramwise_cfg", "optimizer.paramwise_cfg")
        }
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

    /// Chains of parameter schedulers as `lr_config` and `momentum_config`.
    mutating func schedules() throws {
        let node = root["param_scheduler"]?.unlessNull
        let list = node.map { $0.list ?? [$0] } ?? []
        let run = ScheduledRun(
            .init(epochs: loop.byEpoch ? loop.maximum : nil, counted: loop.maximum),
            optimizer: root.at(path: "optim_wrapper.optimizer").map {
                $0.setting(
                    "paramwise_cfg",
                    to: root.at(path: "optim_wrapper.paramwise_cfg") ?? .init(.null))
            }, epochLength: options.epochLength ?? epochLength(), options)
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
