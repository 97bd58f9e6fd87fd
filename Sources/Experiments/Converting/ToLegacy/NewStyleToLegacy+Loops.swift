import ConfigCore

extension NewStyleToLegacy {
    /// `train_cfg` as `runner` and `workflow`, `val_cfg` as `evaluation`.
    mutating func loops() throws {
        set(
            "runner",
            to: [
                "type": ConfigNode(.string(loop.byEpoch ? "EpochBasedRunner" : "IterBasedRunner")),
                loop.byEpoch ? "max_epochs" : "max_iters": ConfigNode(.int(loop.maximum)),
            ])
        report.moved("train_cfg", "runner")
        if root["val_cfg"]?.unlessNull != nil, root["val_dataloader"]?.unlessNull != nil {
            try evaluation()
        }
        for phase in ["val", "test"] {
            if let settings = root["\(phase)_cfg"]?.unlessNull, settings["fp16"]?.bool == true {
                report.dropped("\(phase)_cfg.fp16", "has no counterpart")
            }
        }
        let evaluators = ["val_evaluator", "test_evaluator"].compactMap { root[$0]?.unlessNull }
        if evaluators.count == 2, evaluators[0] != evaluators[1] {
            report.dropped("test_evaluator", "tools/test takes --metrics")
        } else if root["val_evaluator"]?.unlessNull == nil, !evaluators.isEmpty {
            report.dropped("test_evaluator", "tools/test takes --metrics")
        }
        set("workflow", to: [.tuple("train", 1)])
    }

    private mutating func evaluation() throws {
        guard let evaluator = root["val_evaluator"]?.unlessNull else { return }
        var evaluation = ConfigNode.emptyMapping
        if let calendar = ValidationCalendar.evaluation(for: loop) {
            evaluation = evaluation.setting("interval", to: ConfigNode(.int(calendar.interval)))
            if let start = calendar.start {
                evaluation = evaluation.setting("start", to: ConfigNode(.int(start)))
            }
            let first = calendar.start ?? calendar.interval
            if (loop.maximum - first) % calendar.interval != 0 {
                report.moved(
                    "train_cfg.val_interval", "evaluation.interval",
                    "the legacy style does not evaluate at the end")
            } else {
                report.moved("train_cfg.val_interval", "evaluation.interval")
            }
        } else if loop.validatedAfter.isEmpty {
            return report.dropped("val_cfg", "validation begins after the end")
        } else {
            throw ConfigError(
                at: root["train_cfg"] ?? root, path: "train_cfg.dynamic_intervals",
                problem: "the legacy style validates at one interval only",
                remedy: "leave dynamic_intervals out")
        }
        for (key, value) in try MetricNames.legacy(evaluator, at: "val_evaluator") {
            evaluation = evaluation.setting(key, to: value)
        }
        report.moved("val_evaluator", "evaluation.metric")
        evaluation = try bestKept(evaluation)
        set("evaluation", to: evaluation)
    }

    /// What the checkpoint hook says of the best checkpoint.
    private mutating func bestKept(_ evaluation: ConfigNode) throws -> ConfigNode {
        guard let hook = root.at(path: "default_hooks.checkpoint")?.unlessNull,
            let node = hook["save_best"]?.unlessNull
        else { return evaluation }
        var evaluation = evaluation
        guard let best = node.string, let name = MetricNames.best(best, new: false) else {
            throw ConfigError(
                at: node, path: "default_hooks.checkpoint.save_best",
                problem: "\(node.value.summary) has no known counterpart")
        }
        evaluation = evaluation.setting("save_best", to: ConfigNode(.string(name)))
        report.moved("default_hooks.checkpoint.save_best", "evaluation.save_best")
        for key in ["rule", "greater_keys", "less_keys"] {
            if let value = hook[key]?.unlessNull { evaluation = evaluation.setting(key, to: value) }
        }
        if let folder = hook["out_dir"]?.unlessNull {
            evaluation = evaluation.setting("out_dir", to: folder)
        }
        return evaluation
    }
}
