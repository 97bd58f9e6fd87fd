public import TensorCore
public import TrainingInterfaces

/// Gathers class scores and true labels, and turns them into metrics.
public final class ClassificationEvaluator: ForeseeableEvaluator, DetailedEvaluator {
    /// Which numbers it gives.
    public let metrics: ClassificationMetrics
    private let knownLabels: [Int64]?
    /// How many samples each part has that is evaluated on its own.
    private let partCounts: [Int]
    private var table = ScoreTable()
    private var labels: [Int64] = []
    private var isComputed = false

    /// An evaluator of these metrics.
    ///
    /// `labels` are those of the whole data set in order, where they are known without its batches
    /// (the original's test pipelines leave them out); otherwise they come from `gt_label`. With
    /// `partCounts` the metrics are those of each part of the data, named `0_accuracy`, `1_accuracy`, ….
    public init(
        _ metrics: ClassificationMetrics = ClassificationMetrics(), labels: [Int64]? = nil,
        partCounts: [Int] = []
    ) {
        self.metrics = metrics
        self.partCounts = partCounts
        knownLabels = labels
    }

    /// What was predicted since the last evaluation began, one row a sample; `compute` keeps it.
    public var predictions: PlainTensor { table.tensor }

    /// The true classes of the samples predicted so far.
    public var trueLabels: [Int64] { labels }

    /// Takes in the scores of a batch.
    ///
    /// Shape: `predictions` is `[N, K]`.
    public func process(_ batch: Batch, predictions: PlainTensor) throws {
        if isComputed { reset() }
        try table.add(predictions)
        labels += try trueLabels(of: batch, count: predictions.shape[0])
    }

    /// The metrics, those of single classes as `precision_class-0`, `precision_class-1`, ….
    public func compute() throws -> [(name: String, value: Double)] {
        try results().flatMap { name, value in
            switch value {
            case .number(let number): [(name, number)]
            case .perClass(let numbers):
                numbers.enumerated().map { ("\(name)_class-\($0.offset)", $0.element) }
            }
        }
    }

    /// The metrics, those of single classes as lists.
    public func results() throws -> [(name: String, value: ClassificationMetrics.Value)] {
        isComputed = true
        guard !partCounts.isEmpty else { return try metrics.evaluate(predictions, labels) }
        var start = 0
        return try partCounts.enumerated().flatMap { number, count in
            defer { start += count }
            let rows = start..<min(start + count, labels.count)
            guard !rows.isEmpty else {
                return [(name: String, value: ClassificationMetrics.Value)]()
            }
            return try metrics.evaluate(table.part(rows), Array(labels[rows])).map {
                ("\(number)_\($0.name)", $0.value)
            }
        }
    }

    /// The metrics, those of single classes as lists.
    public func computeDetails() throws -> [(name: String, value: MetricValue)] {
        try results().map { name, value in
            switch value {
            case .number(let number): (name, .number(number))
            case .perClass(let numbers): (name, .list(numbers))
            }
        }
    }

    /// The metrics' names; nil where there is one for each class.
    public var metricNames: [String]? {
        let sample = PlainTensor([0, 1] as [Float], shape: [1, 2])
        guard let results = try? metrics.evaluate(sample, [0]) else { return nil }
        let isPerClass = results.contains { if case .perClass = $0.value { true } else { false } }
        if isPerClass { return nil }
        let names = results.map(\.name)
        return partCounts.isEmpty
            ? names : partCounts.indices.flatMap { number in names.map { "\(number)_\($0)" } }
    }

    private func reset() {
        (table, labels, isComputed) = (ScoreTable(), [], false)
    }

    private func trueLabels(of batch: Batch, count: Int) throws -> [Int64] {
        if let knownLabels {
            let range = labels.count..<(labels.count + count)
            guard range.upperBound <= knownLabels.count else {
                throw BatchError(
                    "evaluation: \(range.upperBound) predictions for the \(knownLabels.count) "
                        + "samples of the data set")
            }
            return Array(knownLabels[range])
        }
        guard let found = batch.array("gt_label")?.integers, found.count == count else {
            throw BatchError.missing("gt_label", count: count)
        }
        return found
    }
}
