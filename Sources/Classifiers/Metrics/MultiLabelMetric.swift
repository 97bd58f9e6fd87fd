import ConfigCore
import TensorCore
public import TrainingInterfaces

/// Precision, recall, F1 score and support where a sample may have several classes, in percent.
///
/// Source: `MultiLabelMetric` of MMPretrain.
public final class MultiLabelMetric: BaseMetric {
    /// Which scores count as predicted.
    public enum Choice: Sendable, Equatable {
        /// Those of at least a threshold.
        case threshold(Double)
        /// The best ones of a sample.
        case best(Int)

        /// Whether each class of a sample counts as predicted, by its scores.
        func predicted(_ values: [Float]) -> [Bool] {
            switch self {
            case .threshold(let threshold): return values.map { $0 >= Float(threshold) }
            case .best(let count):
                var chosen = [Bool](repeating: false, count: values.count)
                for place in Self.order(values).prefix(count) { chosen[place] = true }
                return chosen
            }
        }

        /// The classes that count as predicted: the best first, or those above a threshold in their order.
        func labels(_ values: [Float]) throws -> [Int] {
            switch self {
            case .threshold:
                let chosen = predicted(values)
                return values.indices.filter { chosen[$0] }
            case .best(let count):
                guard count <= values.count else {
                    throw ShapeError(
                        "head: there is no top-\(count) among \(values.count) classes; lower topk")
                }
                return Array(Self.order(values).prefix(count))
            }
        }

        /// The places of scores, the best first.
        private static func order(_ values: [Float]) -> [Int] {
            values.indices.sorted { (values[$0], -$0) > (values[$1], -$1) }
        }

        /// Reads `thr` and `topk`, of which a threshold wins; half of the greatest score by default.
        init(from reader: inout ConfigReader) throws {
            let threshold: Double? = try reader.optional("thr")
            let best: Int? = try reader.optional("topk")
            if let best, best < 1 {
                throw reader.failure("topk", "", expected: "a positive integer")
            }
            self =
                threshold.map { .threshold($0) } ?? best.map { .best($0) } ?? .threshold(0.5)
        }
    }

    /// What stands before the names; `multi-label` by default.
    public let prefix: String?
    private let choice: Choice
    private let items: [RateItem]
    private let average: RateAverage
    private var gathered = GatheredPredictions("MultiLabelMetric")

    /// The rates of the predicted classes.
    public init(
        _ choice: Choice = .threshold(0.5), items: [RateItem] = [.precision, .recall, .f1Score],
        average: RateAverage = .macro, prefix: String? = nil
    ) {
        self.choice = choice
        self.items = items
        self.average = average
        self.prefix = prefix ?? "multi-label"
    }

    convenience init(from reader: inout ConfigReader) throws {
        let settings = try MetricSettings(&reader)
        self.init(
            try Choice(from: &reader), items: try reader.rateItems(),
            average: try reader.average(among: [.macro, .micro, .classwise]),
            prefix: settings.prefix)
    }

    private var suffix: String {
        switch choice {
        case .threshold(let value):
            (value == 0.5 ? "" : "_thr-\(ThresholdName.twoDigits(value))") + average.suffix
        case .best(let count): "_top\(count)" + average.suffix
        }
    }

    /// The names: those of the items, with the choice where it is not the usual one.
    public var metricNames: [String]? {
        RateItem.allCases.filter(items.contains).map { $0.rawValue + suffix }
    }

    /// Takes in what was predicted for a batch.
    public func process(_ batch: Batch, predictions: DataValue) throws {
        try gathered.addMultiLabelled(batch, predictions)
    }

    /// The rates.
    public func computeMetrics() throws -> [(name: String, value: MetricValue)] {
        guard let table = gathered.scoreTable, gathered.count > 0 else {
            throw ShapeError("MultiLabelMetric: there are no samples")
        }
        let classes = table.shape[1]
        if case .best(let count) = choice, count > classes {
            throw ShapeError(
                "MultiLabelMetric: there is no top-\(count) among \(classes) classes; lower topk")
        }
        let scores = table.floats
        var (correct, found, actual) = (
            [Int](repeating: 0, count: classes), [Int](repeating: 0, count: classes),
            [Int](repeating: 0, count: classes)
        )
        for row in 0..<table.shape[0] {
            let values = Array(scores[(row * classes)..<((row + 1) * classes)])
            let isPredicted = choice.predicted(values)
            for place in 0..<classes {
                let target = gathered.targets[row * classes + place]
                // What is difficult counts nowhere.
                guard target != -1 else { continue }
                if target >= 1 { actual[place] += 1 }
                guard isPredicted[place] else { continue }
                found[place] += 1
                if target >= 1 { correct[place] += 1 }
            }
        }
        return ClassificationRates(
            correct: correct, predicted: found, actual: actual, average: average
        ).items(items).map { ($0.item.rawValue + suffix, $0.value) }
    }

    /// Forgets what was taken in.
    public func reset() { gathered = GatheredPredictions("MultiLabelMetric") }
}
