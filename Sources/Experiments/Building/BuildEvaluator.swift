import Classifiers
import ConfigCore
import TensorCore
import TrainingInterfaces

/// Builds what an evaluator's config means: a metric, or a list of them.
func buildEvaluator(_ config: ConfigNode, at path: String, labels: [Int64]?) throws -> any Evaluator
{
    let list = config.list ?? [config]
    var metrics = ClassificationMetrics()
    metrics.metrics = []
    for (place, node) in list.enumerated() {
        let path = config.list == nil ? path : ConfigPath.join(path, index: place)
        try node.decode(at: path) { reader in
            let type: String = try reader.required("type")
            switch type.split(separator: ".").last {
            case "Accuracy":
                metrics.metrics.insert(.accuracy)
                let single = reader.node("topk")?.int
                metrics.topK = .several(
                    try single.map { [$0] } ?? reader.value("topk", default: [1]))
            default:
                throw reader.failure(
                    "type", "\"\(type)\" is not a known metric", remedy: "known: Accuracy")
            }
        }
    }
    return RenamedEvaluator(ClassificationEvaluator(metrics, labels: labels))
}

/// Metrics under MMPretrain's names.
private final class RenamedEvaluator: ForeseeableEvaluator {
    private let evaluator: ClassificationEvaluator

    init(_ evaluator: ClassificationEvaluator) { self.evaluator = evaluator }

    func process(_ batch: Batch, predictions: PlainTensor) throws {
        try evaluator.process(batch, predictions: predictions)
    }

    func compute() throws -> [(name: String, value: Double)] {
        try evaluator.compute().map { (Self.name($0.name), $0.value) }
    }

    var metricNames: [String]? { evaluator.metricNames?.map(Self.name) }

    private static func name(_ name: String) -> String {
        name.replacing("accuracy_top-", with: "accuracy/top")
    }
}
