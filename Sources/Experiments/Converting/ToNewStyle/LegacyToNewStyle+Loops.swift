import ConfigCore
import WorkflowRunner

extension LegacyToNewStyle {
    /// `runner`, `workflow` and `evaluation` as loops with their metrics.
    mutating func loops() throws {
        let runner = experiment.runner
        guard ["EpochBasedRunner", "IterBasedRunner"].contains(runner.config["type"]?.string) else {
            throw ConfigError(
                at: runner.config, path: "runner.type",
                problem: "only EpochBasedRunner and IterBasedRunner have a counterpart")
        }
        try checkPhases()
        var loop: ConfigNode = [
            "by_epoch": ConfigNode(.bool(runner.byEpoch)),
            runner.byEpoch ? "max_epochs" : "max_iters": ConfigNode(.int(runner.maximum)),
        ]
        report.moved(root["runner"] == nil ? "total_epochs" : "runner", "train_cfg")
        if let visits = try validations() {
            for (key, value) in ValidationCalendar.keys(
                for: visits, maximum: runner.maximum, byEpoch: runner.byEpoch)
            {
                loop = loop.setting(key, to: value)
            }
            if let last = visits.last, last < runner.maximum {
                report.moved(
                    experiment.evaluation == nil ? "workflow" : "evaluation.interval",
                    "train_cfg.val_interval", "the new style also validates at the end")
            }
        }
        set("train_cfg", to: loop)
        if config["val_dataloader"] != nil { set("val_cfg", to: .emptyMapping) }
        if experiment.loaders["test"] != nil { set("test_cfg", to: .emptyMapping) }
        try evaluators()
        if !runner.byEpoch { set("log_processor", "by_epoch", to: false) }
    }

    private mutating func checkPhases() throws {
        let workflow = experiment.workflow
        for (place, entry) in workflow.enumerated() where !["train", "val"].contains(entry.phase) {
            throw ConfigError(
                at: experiment.workflowConfig?[place] ?? root, path: "workflow[\(place)]",
                problem: "the phase \"\(entry.phase)\" has no counterpart")
        }
        guard validatesLoss else { return }
        let text = Workflow.text(workflow.map { ($0.phase, $0.count) })
        if experiment.evaluation != nil {
            report.dropped(
                "workflow", "\(text): the loss on data.val; metrics are evaluated as before")
        } else {
            report.moved(
                "workflow", "val_cfg, train_cfg.val_interval",
                "\(text): MMEngine evaluates metrics of data.val, not its loss")
        }
    }

    /// After which epochs or iterations something validates; nil where nothing does.
    private mutating func validations() throws -> [Int]? {
        let runner = experiment.runner
        if let evaluation = experiment.evaluation {
            var reader = try ConfigReader(evaluation.hook, at: evaluation.path)
            let interval = try reader.value("interval", default: 1)
            let start: Int? = try reader.optional("start")
            guard interval > 0 else {
                throw reader.failure("interval", "", expected: "at least 1")
            }
            if runner.byEpoch, try reader.value("by_epoch", default: true) == false {
                report.moved(
                    "evaluation.by_epoch", "train_cfg.val_interval",
                    "cannot count iterations there: validates after every epoch")
                return Array(1...max(1, runner.maximum))
            }
            if let start, start == 0 {
                report.dropped("evaluation.start", "there is no validation before training")
            }
            let first = start.map { $0 == 0 ? interval : $0 } ?? interval
            return Array(stride(from: first, through: runner.maximum, by: interval))
        }
        guard validatesLoss else { return nil }
        var visits: [Int] = []
        var done = 0
        let workflow = experiment.workflow
        guard workflow.contains(where: { $0.phase == "train" && $0.count > 0 }) else { return nil }
        while done < runner.maximum {
            for entry in workflow {
                if entry.phase == "train" {
                    done = min(runner.maximum, done + entry.count)
                } else if done > 0, visits.last != done {
                    visits.append(done)
                }
            }
        }
        return visits
    }

    private mutating func evaluators() throws {
        let metrics = try MetricNames.new(
            experiment.evaluation?.metrics ?? .emptyMapping, at: "evaluation")
        for phase in ["val", "test"] where config["\(phase)_cfg"] != nil {
            set("\(phase)_evaluator", to: metrics)
        }
        if experiment.evaluation != nil {
            report.moved("evaluation.metric", "val_evaluator, test_evaluator")
        } else if config["test_cfg"] != nil {
            report.moved("--metrics of tools/test", "test_evaluator", "accuracy, its default")
        }
    }
}
