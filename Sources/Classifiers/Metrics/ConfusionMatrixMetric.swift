import ConfigCore
import TensorCore
public import TrainingInterfaces

/// How often each class was taken for each other: a row for each right class, a column for each predicted.
///
/// Source: `ConfusionMatrix` of MMPretrain.
public final class ConfusionMatrixMetric: BaseMetric {
    /// What stands before the name; `confusion_matrix` by default.
    public let prefix: String?
    private let classCount: Int?
    private var gathered = GatheredPredictions("ConfusionMatrix")

    /// The matrix; `classCount` is needed where classes are predicted, not scores.
    public init(classCount: Int? = nil, prefix: String? = nil) {
        self.classCount = classCount
        self.prefix = prefix ?? "confusion_matrix"
    }

    convenience init(from reader: inout ConfigReader) throws {
        let settings = try MetricSettings(&reader)
        self.init(classCount: try reader.optional("num_classes"), prefix: settings.prefix)
    }

    /// Its name is `result`.
    public var metricNames: [String]? { ["result"] }

    /// Takes in what was predicted for a batch.
    public func process(_ batch: Batch, predictions: DataValue) throws {
        try gathered.addLabelled(batch, predictions)
    }

    /// The matrix.
    public func computeMetrics() throws -> [(name: String, value: MetricValue)] {
        guard let classes = classCount ?? gathered.classCount else {
            throw BatchError("ConfusionMatrix: class numbers were predicted; set num_classes")
        }
        let predicted = gathered.scoreTable.map { BestScores($0).classes } ?? gathered.predicted
        var rows = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
        for (prediction, label) in zip(predicted, gathered.labels.map(Int.init)) {
            for number in [label, prediction] where !rows.indices.contains(number) {
                throw BatchError(
                    "ConfusionMatrix: class \(number) occurs, but num_classes is \(classes)")
            }
            rows[label][prediction] += 1
        }
        return [("result", .matrix(rows))]
    }

    /// Forgets what was taken in.
    public func reset() { gathered = GatheredPredictions("ConfusionMatrix") }
}
