import ConfigCore
import Foundation
import TensorCore
public import TrainingInterfaces

/// The share of samples whose class is among the best scores, in percent.
///
/// Source: `Accuracy` of MMPretrain.
public final class AccuracyMetric: BaseMetric {
    /// What stands before the names; `accuracy` by default.
    public let prefix: String?
    private let ks: [Int]
    private let thresholds: [Double?]
    private var gathered = GatheredPredictions("Accuracy")

    /// The accuracies of each `k`, counting only scores above a threshold, where there is one.
    public init(topK ks: [Int] = [1], thresholds: [Double?] = [0], prefix: String? = nil) {
        self.ks = ks
        self.thresholds = thresholds
        self.prefix = prefix ?? "accuracy"
    }

    convenience init(from reader: inout ConfigReader) throws {
        let settings = try MetricSettings(&reader)
        self.init(
            topK: try TopK(from: &reader)?.values ?? [1],
            thresholds: try reader.thresholds(), prefix: settings.prefix)
    }

    /// The names: `top1`, and one a threshold where there are several.
    public var metricNames: [String]? {
        ks.flatMap { k in thresholds.map { "top\(k)" + ThresholdName.suffix($0, of: thresholds) } }
    }

    /// Takes in what was predicted for a batch.
    public func process(_ batch: Batch, predictions: DataValue) throws {
        try gathered.addLabelled(batch, predictions)
    }

    /// The accuracies; of predicted classes there is just `top1`.
    public func computeMetrics() throws -> [(name: String, value: MetricValue)] {
        guard gathered.count > 0 else { throw ShapeError("Accuracy: there are no samples") }
        guard let scores = gathered.scoreTable else {
            let hits = zip(gathered.predicted, gathered.labels).count { Int64($0) == $1 }
            let share = Float(hits) * Float(100 / Double(gathered.count))
            return [("top1", .number(Double(share)))]
        }
        if let problem = problem(among: scores.shape[1]) {
            throw ShapeError("\(problem); lower topk")
        }
        let shares = try Accuracy.topK(
            scores, gathered.labels, ks, thresholds: thresholds.map { $0 ?? -.infinity })
        let names = metricNames ?? []
        return zip(names, shares.joined()).map { ($0, .number(Double($1))) }
    }

    /// What is wrong with `topk` for so many classes; nil where nothing is.
    package func problem(among classCount: Int) -> String? {
        guard let k = ks.max(), k > classCount else { return nil }
        return "Accuracy: there is no top-\(k) among \(classCount) classes"
    }

    /// Forgets what was taken in.
    public func reset() { gathered = GatheredPredictions("Accuracy") }
}

/// How names tell the threshold, where there are several.
enum ThresholdName {
    static func suffix(_ threshold: Double?, of all: [Double?]) -> String {
        guard all.count > 1 else { return "" }
        return threshold.map { "_thr-" + twoDigits($0) } ?? "_no-thr"
    }

    /// A number as `%.2f` writes it.
    static func twoDigits(_ value: Double) -> String { String(format: "%.2f", value) }
}
