public import ConfigCore
public import TrainingInterfaces

extension Registry where Product == any BaseMetric {
    /// The metrics of classifiers that new-style configs may name.
    public static func classificationMetrics() -> Registry<any BaseMetric> {
        var registry = Registry<any BaseMetric>("metric")
        registry.register("Accuracy") { reader, _ in try AccuracyMetric(from: &reader) }
        registry.register("SingleLabelMetric") { reader, _ in try SingleLabelMetric(from: &reader) }
        registry.register("ConfusionMatrix") { reader, _ in
            try ConfusionMatrixMetric(from: &reader)
        }
        registry.register("MultiLabelMetric") { reader, _ in try MultiLabelMetric(from: &reader) }
        registry.register("AveragePrecision") { reader, _ in
            try AveragePrecisionMetric(from: &reader)
        }
        registry.register("VOCMultiLabelMetric") { reader, _ in
            try VOCMetric("VOCMultiLabelMetric", from: &reader) { try MultiLabelMetric(from: &$0) }
        }
        registry.register("VOCAveragePrecision") { reader, _ in
            try VOCMetric("VOCAveragePrecision", from: &reader) {
                try AveragePrecisionMetric(from: &$0)
            }
        }
        return registry
    }
}
