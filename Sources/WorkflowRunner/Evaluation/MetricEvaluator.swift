public import TensorCore
public import TrainingInterfaces

/// Several metrics of the same predictions.
///
/// Source: MMEngine's `Evaluator`.
public final class MetricEvaluator: ForeseeableEvaluator, DetailedEvaluator {
    /// The metrics.
    public let metrics: [any BaseMetric]
    /// What the last evaluation gave, lists and matrices included.
    public private(set) var results: [(name: String, value: MetricValue)] = []
    private let labels: [Int64]?
    private var sampleCount = 0
    private let path: String

    /// An evaluator of these metrics.
    ///
    /// - Parameters:
    ///   - metrics: The metrics.
    ///   - labels: The classes of all samples in order, where they are known without the batches.
    ///   - path: What messages call it.
    /// - Throws: `RunnerError` where two metrics give a number of the same name.
    public init(
        _ metrics: [any BaseMetric], labels: [Int64]? = nil, path: String = "val_evaluator"
    ) throws {
        self.metrics = metrics
        self.labels = labels
        self.path = path
        var names: Set<String> = []
        for metric in metrics {
            for name in metric.metricNames ?? [] {
                try Self.note(Self.full(name, of: metric), in: &names, path)
            }
        }
    }

    /// An evaluator of further metrics, too.
    ///
    /// Errors: throws `RunnerError` where two metrics give a number of the same name.
    package func adding(_ others: [any BaseMetric]) throws -> MetricEvaluator {
        try MetricEvaluator(metrics + others, labels: labels, path: path)
    }

    /// The names of all numbers; nil where a metric cannot tell them.
    public var metricNames: [String]? {
        let names = metrics.map { metric in
            metric.metricNames.map { $0.map { Self.full($0, of: metric) } }
        }
        return names.contains { $0 == nil } ? nil : names.flatMap { $0 ?? [] }
    }

    /// Takes in an array of predictions, one row a sample.
    public func process(_ batch: Batch, predictions: PlainTensor) throws {
        try process(batch, predictions: .array(predictions))
    }

    /// Takes in what was predicted for a batch, as the model returned it.
    ///
    /// Errors: throws what a metric throws that cannot use it.
    public func process(_ batch: Batch, predictions: DataValue) throws {
        let batch = try labelled(batch)
        for metric in metrics { try metric.process(batch, predictions: predictions) }
        sampleCount += batch.sampleCount
    }

    /// The metrics that are numbers; `results` then has the others, too.
    public func compute() throws -> [(name: String, value: Double)] {
        defer { reset() }
        var names: Set<String> = []
        results = try metrics.flatMap { metric in
            try metric.computeMetrics().map { name, value in
                let name = Self.full(name, of: metric)
                try Self.note(name, in: &names, path)
                return (name, value)
            }
        }
        return results.compactMap { name, value in value.number.map { (name, $0) } }
    }

    /// All metrics.
    public func computeDetails() throws -> [(name: String, value: MetricValue)] {
        _ = try compute()
        return results
    }

    /// The metrics of predictions that were made before.
    ///
    /// - Parameters:
    ///   - samples: What was predicted, and what is right, a sample each.
    ///   - data: The samples that were predicted, where metrics look at them.
    ///   - chunkSize: How many samples a metric is given at once.
    /// - Returns: The metrics.
    /// - Throws: `RunnerError` where the counts differ; what a metric throws.
    public func offlineEvaluate(
        _ samples: [DataValue], data: [DataValue]? = nil, chunkSize: Int = 1
    ) throws -> [(name: String, value: MetricValue)] {
        if let data, data.count != samples.count {
            throw RunnerError(
                "offline_evaluate", "\(samples.count) predictions for \(data.count) samples")
        }
        for start in stride(from: 0, to: samples.count, by: max(1, chunkSize)) {
            let range = start..<min(samples.count, start + max(1, chunkSize))
            let batch = Batch(
                data.map { .list(Array($0[range])) } ?? .none, sampleCount: range.count)
            try process(batch, predictions: .list(Array(samples[range])))
        }
        return try computeDetails()
    }

    private func reset() {
        for metric in metrics { metric.reset() }
        sampleCount = 0
    }

    /// The batch with its labels, where its pipeline has left them out.
    private func labelled(_ batch: Batch) throws -> Batch {
        guard let labels, batch["gt_label"] == nil, case .dictionary(var fields) = batch.value
        else { return batch }
        if case .dictionary(let samples) = batch["data_samples"], samples["gt_label"] != nil {
            return batch
        }
        let range = sampleCount..<(sampleCount + batch.sampleCount)
        guard range.upperBound <= labels.count else {
            throw RunnerError(
                path,
                "\(range.upperBound) predictions for the \(labels.count) samples of the data set")
        }
        fields["gt_label"] = .array(PlainTensor(Array(labels[range]), shape: [range.count]))
        return Batch(.dictionary(fields), sampleCount: batch.sampleCount)
    }

    private static func full(_ name: String, of metric: any BaseMetric) -> String {
        metric.prefix.map { $0.isEmpty ? name : "\($0)/\(name)" } ?? name
    }

    private static func note(_ name: String, in names: inout Set<String>, _ path: String) throws {
        guard names.insert(name).inserted else {
            throw RunnerError(
                path, "two metrics give \"\(name)\"", remedy: "give one of them another prefix")
        }
    }
}
