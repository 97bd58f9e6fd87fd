import ConfigCore
import TensorCore
public import TrainingInterfaces

/// The mean of the precisions at each right sample, by falling score, in percent.
///
/// Source: `AveragePrecision` of MMPretrain.
public final class AveragePrecisionMetric: BaseMetric {
    /// What stands before the name; `multi-label` by default.
    public let prefix: String?
    private let isClasswise: Bool
    private var gathered = GatheredPredictions("AveragePrecision")

    /// The mean over the classes, or the number of each.
    public init(isClasswise: Bool = false, prefix: String? = nil) {
        self.isClasswise = isClasswise
        self.prefix = prefix ?? "multi-label"
    }

    convenience init(from reader: inout ConfigReader) throws {
        let settings = try MetricSettings(&reader)
        let average = try reader.average(among: [.macro, .classwise])
        self.init(isClasswise: average == .classwise, prefix: settings.prefix)
    }

    /// `mAP`, or `AP_classwise`.
    public var metricNames: [String]? { [isClasswise ? "AP_classwise" : "mAP"] }

    /// Takes in what was predicted for a batch.
    public func process(_ batch: Batch, predictions: DataValue) throws {
        try gathered.addMultiLabelled(batch, predictions)
    }

    /// The precisions.
    public func computeMetrics() throws -> [(name: String, value: MetricValue)] {
        guard let table = gathered.scoreTable, gathered.count > 0 else {
            throw ShapeError("AveragePrecision: there are no samples")
        }
        let classes = table.shape[1]
        let scores = table.floats
        let precisions = (0..<classes).map { place in
            let samples = (0..<table.shape[0]).map { row in
                (
                    score: scores[row * classes + place],
                    target: gathered.targets[row * classes + place]
                )
            }
            return Self.precision(samples.filter { $0.target > -1 })
        }
        if isClasswise {
            return [("AP_classwise", .list(precisions.map { Double($0 * 100) }))]
        }
        let mean = precisions.reduce(0, +) / Float(classes)
        return [("mAP", .number(Double(mean * 100)))]
    }

    private static func precision(_ samples: [(score: Float, target: Float)]) -> Float {
        let order = samples.indices.sorted {
            (samples[$0].score, -$0) > (samples[$1].score, -$1)
        }
        var hits: Float = 0
        var sum: Float = 0
        for (place, sample) in order.enumerated() where samples[sample].target == 1 {
            hits += 1
            sum += hits / Float(place + 1)
        }
        return sum / max(hits, Float.ulpOfOne)
    }

    /// Forgets what was taken in.
    public func reset() { gathered = GatheredPredictions("AveragePrecision") }
}
