import ConfigCore

/// Metrics: names in `evaluation.metric` in the legacy style, evaluators in the new one.
enum MetricNames {
    private static let single = ["precision", "recall", "f1_score", "support"]
    private static let multi: [(legacy: String, item: String, average: String)] = [
        ("CP", "precision", "macro"), ("CR", "recall", "macro"), ("CF1", "f1-score", "macro"),
        ("OP", "precision", "micro"), ("OR", "recall", "micro"), ("OF1", "f1-score", "micro"),
    ]

    /// The evaluators of `metric` and `metric_options`.
    static func new(_ evaluation: ConfigNode, at path: String) throws -> ConfigNode {
        var reader = try ConfigReader(evaluation, at: path)
        let metric = reader.node("metric")?.unlessNull ?? "accuracy"
        let options = reader.node("metric_options")?.unlessNull ?? .emptyMapping
        var optionReader = try ConfigReader(options, at: reader.path(to: "metric_options"))
        let topk = optionReader.node("topk")
        let thresholds = optionReader.node("thrs")
        let average = optionReader.node("average_mode")
        let threshold = optionReader.node("thr")
        let count = optionReader.node("k")
        try optionReader.checkAllRead()
        let names = metric.list?.compactMap(\.string) ?? metric.string.map { [$0] } ?? []
        var evaluators: [ConfigNode] = []
        if names.contains("accuracy") {
            evaluators.append(
                entry("Accuracy", ("topk", topk ?? .tuple(1, 5)), ("thrs", thresholds)))
        }
        let items = single.filter(names.contains)
        if !items.isEmpty {
            let mode = average == "none" ? ConfigNode(.null) : average
            evaluators.append(
                entry(
                    "SingleLabelMetric", ("items", list(items.map(newItem))), ("average", mode),
                    ("thrs", thresholds)))
        }
        if names.contains("mAP") { evaluators.append(["type": "AveragePrecision"]) }
        for mode in ["macro", "micro"] {
            let items = multi.filter { $0.average == mode && names.contains($0.legacy) }
            guard !items.isEmpty else { continue }
            evaluators.append(
                entry(
                    "MultiLabelMetric", ("items", list(items.map(\.item))),
                    ("average", ConfigNode(.string(mode))), ("thr", threshold), ("topk", count)))
        }
        let known = single + multi.map(\.legacy) + ["accuracy", "mAP"]
        guard !names.isEmpty, names.allSatisfy(known.contains) else {
            throw ConfigError(
                at: metric, path: reader.path(to: "metric"),
                expected: "one of \(known.joined(separator: ", "))")
        }
        return evaluators.count == 1 ? evaluators[0] : ConfigNode(.list(evaluators))
    }

    /// `metric` and `metric_options` of evaluators.
    static func legacy(_ evaluator: ConfigNode, at path: String) throws -> [(String, ConfigNode)] {
        var names: [String] = []
        var options = ConfigNode.emptyMapping
        for (place, node) in (evaluator.list ?? [evaluator]).enumerated() {
            let path = evaluator.list == nil ? path : ConfigPath.join(path, index: place)
            try node.decode(at: path) { reader in
                reader.ignore("collect_device", "prefix")
                let type: String = try reader.required("type")
                func take(_ key: String, as name: String, skipping usual: ConfigNode? = nil) {
                    guard let value = reader.node(key), value != usual else { return }
                    options = options.setting(name, to: value)
                }
                switch type.split(separator: ".").last.map(String.init) ?? type {
                case "Accuracy":
                    names.append("accuracy")
                    let topk = reader.node("topk") ?? .init(.tuple([1]))
                    if topk != .tuple(1, 5), topk != [1, 5] {
                        options = options.setting("topk", to: topk)
                    }
                    take("thrs", as: "thrs")
                case "SingleLabelMetric":
                    let items = reader.node("items")?.list?.compactMap(\.string)
                    names += (items ?? ["precision", "recall", "f1-score"]).map(legacyItem)
                    if let mode = reader.node("average"), mode.isNull {
                        options = options.setting("average_mode", to: "none")
                    } else {
                        take("average", as: "average_mode", skipping: "macro")
                    }
                    take("thrs", as: "thrs")
                    reader.ignore("num_classes")
                case "AveragePrecision": names.append("mAP")
                case "MultiLabelMetric":
                    let mode = reader.node("average")?.string ?? "macro"
                    let items = reader.node("items")?.list?.compactMap(\.string)
                    for item in items ?? ["precision", "recall", "f1-score"] {
                        guard
                            let name = multi.first(where: { $0.item == item && $0.average == mode })
                        else { throw reader.failure("items", "\"\(item)\" has no counterpart") }
                        names.append(name.legacy)
                    }
                    take("thr", as: "thr")
                    take("topk", as: "k")
                default:
                    throw reader.failure("type", "\"\(type)\" has no counterpart")
                }
            }
        }
        let metric = names.count == 1 ? ConfigNode(.string(names[0])) : list(names)
        let isEmpty = options.mapping?.isEmpty ?? true
        return [("metric", metric)] + (isEmpty ? [] : [("metric_options", options)])
    }

    /// The name of a metric's result that `save_best` watches, in the other style.
    static func best(_ name: String, new: Bool) -> String? {
        let names =
            [
                ("auto", "auto"), ("precision", "single-label/precision"),
                ("recall", "single-label/recall"), ("f1_score", "single-label/f1-score"),
                ("mAP", "multi-label/mAP"), ("CP", "multi-label/precision"),
                ("CR", "multi-label/recall"), ("CF1", "multi-label/f1-score"),
                ("OP", "multi-label/precision_micro"), ("OR", "multi-label/recall_micro"),
                ("OF1", "multi-label/f1-score_micro"),
            ] + [("accuracy", "accuracy/top1")]
        if new, name.hasPrefix("accuracy_top-") {
            return "accuracy/top" + name.dropFirst("accuracy_top-".count)
        }
        if !new, name.hasPrefix("accuracy/top") {
            return "accuracy_top-" + name.dropFirst("accuracy/top".count)
        }
        return names.first { new ? $0.0 == name : $0.1 == name }.map { new ? $0.1 : $0.0 }
    }

    private static func newItem(_ item: String) -> String { item == "f1_score" ? "f1-score" : item }
    private static func legacyItem(_ item: String) -> String {
        item == "f1-score" ? "f1_score" : item
    }

    private static func list(_ names: [String]) -> ConfigNode {
        ConfigNode(.list(names.map { ConfigNode(.string($0)) }))
    }

    private static func entry(_ type: String, _ keys: (String, ConfigNode?)...) -> ConfigNode {
        keys.reduce(["type": ConfigNode(.string(type))]) { entry, key in
            key.1.map { entry.setting(key.0, to: $0) } ?? entry
        }
    }
}
