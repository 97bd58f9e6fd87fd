public import TensorCore
public import TrainingInterfaces

/// Gathers class scores and the classes of samples that may have several, and turns them into metrics.
public final class MultiLabelEvaluator: ForeseeableEvaluator, DetailedEvaluator {
    /// Which numbers it gives.
    public let metrics: MultiLabelScores
    private let knownTargets: [Int8]?
    /// How many samples each part has that is evaluated on its own.
    private let partCounts: [Int]
    private var table = ScoreTable()
    private var targets: [Int8] = []
    private var isComputed = false

    /// An evaluator of these metrics.
    ///
    /// `targets` are those of the whole data set in order, a row of one number a class for each sample,
    /// where they are known without its batches; otherwise they come from `gt_label`. With `partCounts` the
    /// metrics are those of each part of the data, named `0_mAP`, `1_mAP`, ….
    public init(
        _ metrics: MultiLabelScores = MultiLabelScores(), targets: [Int8]? = nil,
        partCounts: [Int] = []
    ) {
        self.metrics = metrics
        self.partCounts = partCounts
        knownTargets = targets
    }

    /// Takes in the scores of a batch.
    ///
    /// Shape: `predictions` is `[N, K]`.
    public func process(_ batch: Batch, predictions: PlainTensor) throws {
        if isComputed { (table, targets, isComputed) = (ScoreTable(), [], false) }
        try table.add(predictions)
        targets += try targets(of: batch, count: predictions.floats.count)
    }

    /// The metrics.
    public func compute() throws -> [(name: String, value: Double)] {
        isComputed = true
        guard !partCounts.isEmpty else { return try metrics.evaluate(table.tensor, targets) }
        var start = 0
        return try partCounts.enumerated().flatMap { number, count in
            defer { start += count }
            let rows = start..<min(start + count, table.rows)
            guard !rows.isEmpty else { return [(name: String, value: Double)]() }
            let part = targets[
                (rows.lowerBound * table.classes)..<(rows.upperBound * table.classes)]
            return try metrics.evaluate(table.part(rows), Array(part)).map {
                ("\(number)_\($0.name)", $0.value)
            }
        }
    }

    /// The metrics.
    public func computeDetails() throws -> [(name: String, value: MetricValue)] {
        try compute().map { ($0.name, .number($0.value)) }
    }

    /// The metrics' names.
    public var metricNames: [String]? {
        partCounts.isEmpty
            ? metrics.names
            : partCounts.indices.flatMap { number in metrics.names.map { "\(number)_\($0)" } }
    }

    private func targets(of batch: Batch, count: Int) throws -> [Int8] {
        if let knownTargets {
            let range = targets.count..<(targets.count + count)
            guard range.upperBound <= knownTargets.count else {
                throw BatchError(
                    "evaluation: \(table.rows) predictions of \(table.classes) classes are more than "
                        + "the data set's \(knownTargets.count) labels")
            }
            return Array(knownTargets[range])
        }
        guard let array = batch.array("gt_label"), array.floats.count == count else {
            throw BatchError(
                "evaluation: the batch has no \"gt_label\" of \(table.classes) numbers a sample; the "
                    + "pipeline's Collect must list it in keys")
        }
        return array.floats.map { Int8($0) }
    }
}
