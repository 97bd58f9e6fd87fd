import Classifiers
import ConfigCore
import ImageData
import TrainingInterfaces

/// The metrics that `metric` and `metric_options` of a legacy config ask for.
enum LegacyEvaluation {
    /// The evaluator of a data set: which metrics there are depends on whether its samples may have several
    /// classes.
    static func evaluator(
        _ config: ConfigNode, at path: String, classCount: Int?, _ dataset: any Dataset,
        warn: (String) -> Void
    ) throws -> any ForeseeableEvaluator & DetailedEvaluator {
        let parts = (dataset as? ConcatDataset)?.separateCounts ?? []
        if let targets = dataset.targets {
            let metrics = try config.decode(at: path) { try MultiLabelScores(from: &$0) }
            return MultiLabelEvaluator(metrics, targets: targets, partCounts: parts)
        }
        var context = BuildContext()
        let issues = BuildWarnings()
        context.provide(issues)
        let metrics = try config.decode(at: path) {
            try ClassificationMetrics(from: &$0, classCount: classCount, context)
        }
        for issue in issues.issues { warn(issue.message) }
        return ClassificationEvaluator(metrics, labels: dataset.labels, partCounts: parts)
    }

    /// What a config's `evaluation` says of metrics, or what a command line says in its place.
    static func config(
        _ experiment: Experiment, metrics: [String], options: [String]
    ) throws -> ConfigNode {
        var node = experiment.evaluation?.metrics ?? [:]
        if !metrics.isEmpty {
            let origin = ConfigOrigin.commandLine("--metrics")
            let names = metrics.map { ConfigNode(.string($0), origin: origin) }
            node = node.setting("metric", to: ConfigNode(.list(names), origin: origin))
        }
        for (keyPath, value) in try ConfigOverrides.parse(options, option: "--metric-options") {
            node = node.setting("metric_options", keyPath.joined(separator: "."), to: value)
        }
        return node
    }

    /// How many classes the model tells apart, where its head says so.
    static func classCount(_ model: any TrainableModel) -> Int? {
        ((model as? ImageClassifier)?.head as? LinearClsHead)?.classCount
    }
}

extension ForeseeableEvaluator {
    /// The metrics by the names that configs give them, where they are those of legacy configs.
    var kinds: [String] {
        (self as? ClassificationEvaluator)?.metrics.metrics.map(\.rawValue).sorted()
            ?? metricNames ?? ["metrics"]
    }
}

extension Dataset {
    /// The class of every element; nil where a class is known only from the data itself.
    var labels: [Int64]? {
        let labels = (0..<count).compactMap { label(at: $0).map(Int64.init) }
        return labels.count == count ? labels : nil
    }

    /// The classes of every element that may have several, as flags; nil for data with one class each.
    var targets: [Int8]? {
        guard count > 0, let width = classNames?.count, flags(at: 0, classCount: width) != nil
        else {
            return nil
        }
        let rows = (0..<count).compactMap { flags(at: $0, classCount: width) }
        return rows.count == count ? rows.flatMap(\.self) : nil
    }
}
