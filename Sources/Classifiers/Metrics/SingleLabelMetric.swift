import ConfigCore
import TensorCore
public import TrainingInterfaces

/// Precision, recall, F1 score and support of the best-scored class, in percent.
///
/// Source: `SingleLabelMetric` of MMPretrain.
public final class SingleLabelMetric: BaseMetric {
    /// What stands before the names; `single-label` by default.
    public let prefix: String?
    private let thresholds: [Double?]
    private let items: [RateItem]
    private let average: RateAverage
    private let classCount: Int?
    private var gathered = GatheredPredictions("SingleLabelMetric")

    /// The rates, counting only scores above a threshold, where there is one.
    ///
    /// `classCount` is needed where classes are predicted, not scores.
    public init(
        thresholds: [Double?] = [0], items: [RateItem] = [.precision, .recall, .f1Score],
        average: RateAverage = .macro, classCount: Int? = nil, prefix: String? = nil
    ) {
        self.thresholds = thresholds
        self.items = items
        self.average = average
        self.classCount = classCount
        self.prefix = prefix ?? "single-label"
    }

    convenience init(from reader: inout ConfigReader) throws {
        let settings = try MetricSettings(&reader)
        self.init(
            thresholds: try reader.thresholds(), items: try reader.rateItems(),
            average: try reader.average(among: [.macro, .micro, .classwise]),
            classCount: try reader.optional("num_classes"), prefix: settings.prefix)
    }

    /// The names: those of the items, one a threshold where there are several.
    public var metricNames: [String]? {
        thresholds.flatMap { threshold in
            RateItem.allCases.filter(items.contains).map {
                $0.rawValue + ThresholdName.suffix(threshold, of: thresholds) + average.suffix
            }
        }
    }

    /// Takes in what was predicted for a batch.
    public func process(_ batch: Batch, predictions: DataValue) throws {
        try gathered.addLabelled(batch, predictions)
    }

    /// The rates.
    public func computeMetrics() throws -> [(name: String, value: MetricValue)] {
        guard gathered.count > 0 else {
            throw ShapeError("SingleLabelMetric: there are no samples")
        }
        guard let scores = gathered.scoreTable else {
            guard let classes = classCount ?? gathered.classCount else {
                throw BatchError(
                    "SingleLabelMetric: class numbers were predicted; set num_classes")
            }
            return rates(gathered.predicted.map { $0 }, classes).map {
                ($0.item.rawValue + average.suffix, $0.value)
            }
        }
        let classes = scores.shape[1]
        let best = BestScores(scores)
        return thresholds.flatMap { threshold in
            let predicted = zip(best.classes, best.scores).map { label, score in
                score <= Float(threshold ?? -.infinity) && threshold != nil ? nil : label
            }
            return rates(predicted, classes).map {
                (
                    $0.item.rawValue + ThresholdName.suffix(threshold, of: thresholds)
                        + average.suffix, $0.value
                )
            }
        }
    }

    private func rates(_ predicted: [Int?], _ classes: Int) -> [(
        item: RateItem, value: MetricValue
    )] {
        var (correct, found, actual) = (
            [Int](repeating: 0, count: classes), [Int](repeating: 0, count: classes),
            [Int](repeating: 0, count: classes)
        )
        for (prediction, label) in zip(predicted, gathered.labels.map(Int.init)) {
            if actual.indices.contains(label) { actual[label] += 1 }
            guard let prediction, found.indices.contains(prediction) else { continue }
            found[prediction] += 1
            if prediction == label { correct[prediction] += 1 }
        }
        return ClassificationRates(
            correct: correct, predicted: found, actual: actual, average: average
        ).items(items)
    }

    /// Forgets what was taken in.
    public func reset() { gathered = GatheredPredictions("SingleLabelMetric") }
}

/// The best-scored class of each sample; of equal scores the first.
struct BestScores {
    let classes: [Int]
    let scores: [Float]

    init(_ table: PlainTensor) {
        let width = table.shape[1]
        let values = table.floats
        classes = (0..<table.shape[0]).map { row in
            (0..<width).reduce(0) { best, place in
                values[row * width + place] > values[row * width + best] ? place : best
            }
        }
        scores = classes.enumerated().map { values[$0 * width + $1] }
    }
}
