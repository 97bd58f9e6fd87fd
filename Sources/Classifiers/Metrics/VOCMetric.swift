import ConfigCore
import TensorCore
public import TrainingInterfaces

/// A metric over several classes in which objects that are hard to make out count as a config says.
///
/// Where an image has only such objects of a class, the class counts nowhere, or with
/// `difficult_as_positive` as one the image belongs to or not.
/// Source: `VOCMultiLabelMetric` and `VOCAveragePrecision` of MMPretrain.
public final class VOCMetric: BaseMetric {
    private let metric: any BaseMetric
    private let difficultTarget: Float
    private let name: String

    /// Wraps the metric that a config names.
    convenience init(
        _ name: String, from reader: inout ConfigReader,
        _ metric: (inout ConfigReader) throws -> any BaseMetric
    ) throws {
        let isPositive: Bool? = try reader.optional("difficult_as_positive")
        self.init(name, try metric(&reader), difficultIsPositive: isPositive)
    }

    /// Counts difficult objects as present, as absent or, with nil, not at all.
    public init(_ name: String, _ metric: any BaseMetric, difficultIsPositive: Bool?) {
        self.name = name
        self.metric = metric
        difficultTarget = difficultIsPositive.map { $0 ? 1 : 0 } ?? -1
    }

    /// The wrapped metric's.
    public var prefix: String? { metric.prefix }
    /// The wrapped metric's.
    public var metricNames: [String]? { metric.metricNames }

    /// Takes in what was predicted for a batch with `gt_score` and, in it or its `img_metas`,
    /// `gt_label_difficult`.
    public func process(_ batch: Batch, predictions: DataValue) throws {
        guard case .dictionary(var parts) = batch.value,
            let scores = batch.array("gt_score")
        else { throw BatchError("\(name): the batch has no \"gt_score\"") }
        var targets = scores.floats
        let marks = try marks(of: batch)
        guard marks.count == targets.count else {
            throw BatchError(
                "\(name): \(marks.count) marks of difficult classes for \(targets.count) targets")
        }
        for place in targets.indices where marks[place] != 0 && targets[place] == 0 {
            targets[place] = difficultTarget
        }
        parts["gt_score"] = .array(PlainTensor(targets, shape: scores.shape))
        try metric.process(
            Batch(.dictionary(parts), sampleCount: batch.sampleCount), predictions: predictions)
    }

    /// The wrapped metric's numbers.
    public func computeMetrics() throws -> [(name: String, value: MetricValue)] {
        try metric.computeMetrics()
    }

    /// Forgets what was taken in.
    public func reset() { metric.reset() }

    /// For each sample and class whether it is difficult.
    private func marks(of batch: Batch) throws -> [Int64] {
        if let marks = batch.array("gt_label_difficult")?.integers { return marks }
        if case .list(let metas) = batch["img_metas"] {
            let marks = metas.compactMap { meta -> [Int64]? in
                guard case .dictionary(let fields) = meta,
                    case .array(let array) = fields["gt_label_difficult"]
                else { return nil }
                return array.integers
            }
            if marks.count == metas.count { return marks.flatMap { $0 } }
        }
        throw BatchError(
            "\(name): the batch has no \"gt_label_difficult\"; add it to meta_keys of PackInputs")
    }
}
