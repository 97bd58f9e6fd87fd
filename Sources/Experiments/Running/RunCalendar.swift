package import ConfigCore
import WorkflowRunner

/// When a run trains, validates, evaluates and saves, and how its learning rate goes, in words.
package struct RunCalendar: CustomStringConvertible {
    /// The calendar, one line an entry.
    package private(set) var description: String

    /// The calendar of a config in either style.
    ///
    /// Errors: throws `ConfigError`.
    package init(_ root: ConfigNode, _ registries: Registries) throws {
        switch try ConfigStyle(root) {
        case .legacy: description = try Self.legacy(root, registries)
        case .new: description = try Self.new(root, registries)
        }
    }

    private static func legacy(_ root: ConfigNode, _ registries: Registries) throws -> String {
        let experiment = try LegacyInterpreter.experiment(root)
        let runner = experiment.runner.config["type"]?.string ?? "EpochBasedRunner"
        return text(
            try RunPlan(experiment), runner: runner,
            workflow: Workflow.text(experiment.workflow.map { ($0.phase, $0.count) }),
            rates: try RateCalendar.lines(experiment, registries))
    }

    private static func new(_ root: ConfigNode, _ registries: Registries) throws -> String {
        try TopLevelKeys(root).check()
        guard let node = root["train_cfg"] else {
            throw ConfigError(at: root, path: "train_cfg", problem: "required key is missing")
        }
        if let type = node["type"]?.string, registries.trainLoops.contains(type) {
            return "train loop: \(type), which runs itself: no workflow is derived from it"
        }
        let loop = try TrainLoopConfig(node, ownLoops: registries.trainLoops.names)
        let validates = try validation(root)
        // A full validation counts the batches of its loader, which are known once the data is.
        let workflow = WorkflowAdapter.workflow(for: loop, validationLength: validates ? 1 : nil)
            .map { phase, count in
                let isLength = phase == "val" && !loop.byEpoch
                return "('\(phase)', \(isLength ? "len(val_dataloader)" : "\(count)"))"
            }
        let plan = RunPlan(
            loop, validates: validates, checkpoint: root.at(path: "default_hooks.checkpoint"))
        return text(
            plan, runner: loop.byEpoch ? "EpochBasedRunner" : "IterBasedRunner",
            workflow: "[\(workflow.joined(separator: ", "))]",
            rates: try SchedulerCalendar.lines(root, loop, registries))
    }

    /// Whether a new-style config validates: its three parts stand together or not at all.
    private static func validation(_ root: ConfigNode) throws -> Bool {
        let keys = ["val_dataloader", "val_cfg", "val_evaluator"]
        let given = keys.filter { root[$0].map { !$0.isNull } ?? false }
        guard given.isEmpty || given.count == keys.count else {
            let absent = keys.filter { !given.contains($0) }.joined(separator: ", ")
            throw ConfigError(
                at: root[given[0]] ?? root, path: given[0],
                problem: "given without \(absent)",
                remedy: "give all of \(keys.joined(separator: ", ")) or none")
        }
        return !given.isEmpty
    }

    /// The same picture for both styles.
    private static func text(_ plan: RunPlan, runner: String, workflow: String, rates: [String])
        -> String
    {
        let unit = plan.byEpoch ? "epoch" : "iteration"
        let lines =
            ["runner: \(runner), max: \(plan.maximum) \(unit)s", "workflow: \(workflow)"]
            + phases(plan.steps, unit) + rates
            + [
                "evaluation: \(places(plan.evaluations, unit))",
                "checkpoints: \(places(plan.checkpoints, unit))",
                "end: after \(unit) \(plan.maximum)",
            ]
        return lines.joined(separator: "\n")
    }

    private static func phases(_ steps: [RunPlan.Step], _ unit: String) -> [String] {
        let shown = steps.prefix(12).map { step in
            guard step.phase == "train" else {
                let what =
                    unit == "epoch" || step.count == 1 ? "" : ", \(step.count) \(unit)s"
                return "\(step.phase): after \(unit) \(step.begin)\(what)"
            }
            let (first, last) = (step.begin + 1, step.begin + step.count)
            return first == last
                ? "train: \(unit) \(first)" : "train: \(unit)s \(first)-\(last)"
        }
        let rest = steps.count - shown.count
        return shown + (rest > 0 ? ["… and \(rest) more phases in the same rhythm"] : [])
    }

    private static func places(_ visits: RunPlan.Visits, _ unit: String) -> String {
        if let interval = visits.interval { return "every \(interval) iterations" }
        let places = visits.places
        guard !places.isEmpty else { return "none" }
        let shown = places.prefix(8).map(String.init).joined(separator: ", ")
        guard places.count > 8, let last = places.last else { return "after \(unit) \(shown)" }
        return "after \(unit) \(shown), …, \(last) (\(places.count) times)"
    }
}
