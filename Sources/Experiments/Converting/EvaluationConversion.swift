import ConfigCore

/// Evaluation in the new style: metrics as evaluators, the interval as the loop's.
struct EvaluationConversion {
    /// After how many epochs or iterations validation runs.
    let interval: Int
    /// The first epoch or iteration after which it may run, where the config says.
    let begin: Int?
    /// The metrics.
    let evaluator: ConfigNode
    /// What the best checkpoint is chosen by, under its new name.
    let saveBest: ConfigNode?

    init(_ evaluation: Experiment.Evaluation) throws {
        var hook = try ConfigReader(evaluation.hook, at: evaluation.path)
        interval = try hook.value("interval", default: 1)
        guard interval > 0 else { throw hook.failure("interval", "", expected: "at least 1") }
        begin = try hook.optional("start")
        hook.ignore("by_epoch")
        var metrics = try ConfigReader(evaluation.metrics, at: evaluation.path)
        evaluator = try Self.evaluator(&metrics)
        saveBest = try Self.saveBest(&hook)
        try hook.checkAllRead()
    }

    private static func evaluator(_ reader: inout ConfigReader) throws -> ConfigNode {
        let metric = reader.node("metric") ?? "accuracy"
        let names = metric.list?.compactMap(\.string) ?? metric.string.map { [$0] } ?? []
        let options = reader.node("metric_options") ?? [:]
        for key in options.mapping?.keys.filter({ $0 != "topk" }) ?? [] {
            throw ConfigError(
                at: options[key] ?? options, path: "\(reader.path).metric_options.\(key)",
                problem: "is not converted yet")
        }
        var evaluators: [ConfigNode] = []
        if names.contains("accuracy") {
            evaluators.append(["type": "Accuracy", "topk": options["topk"] ?? [1, 5]])
        }
        let items = names.filter { ["precision", "recall", "f1_score", "support"].contains($0) }
        if !items.isEmpty {
            let list = items.map { ConfigNode(.string($0 == "f1_score" ? "f1-score" : $0)) }
            evaluators.append(["type": "SingleLabelMetric", "items": ConfigNode(.list(list))])
        }
        guard evaluators.count > 0,
            items.count + (names.contains("accuracy") ? 1 : 0) == names.count
        else {
            throw ConfigError(
                at: metric, path: "\(reader.path).metric",
                expected: "accuracy, precision, recall, f1_score or support")
        }
        return evaluators.count == 1 ? evaluators[0] : ConfigNode(.list(evaluators))
    }

    private static func saveBest(_ hook: inout ConfigReader) throws -> ConfigNode? {
        for key in ["rule", "greater_keys", "less_keys", "out_dir"] where hook.has(key) {
            throw hook.failure(key, "is not converted yet")
        }
        guard let best = try hook.optional("save_best", as: String.self) else { return nil }
        let names = [
            "auto": "auto", "accuracy_top-1": "accuracy/top1", "accuracy_top-5": "accuracy/top5",
            "precision": "single-label/precision", "recall": "single-label/recall",
            "f1_score": "single-label/f1-score",
        ]
        guard let name = names[best] else {
            throw hook.failure("save_best", "\"\(best)\" has no known counterpart")
        }
        return ConfigNode(.string(name))
    }
}
