public import ConfigCore
import Foundation
import TensorCore
import TorchFile
public import TrainingInterfaces

/// Writes what was predicted to a file that Python's `pickle` reads; it gives no numbers.
///
/// Each sample is a dictionary as MMPretrain dumps it: `pred_score`, `pred_label` and, where it is known,
/// `gt_label`, as tensors. Source: MMEngine's `DumpResults`.
public final class DumpResults: BaseMetric {
    /// It has no numbers to name.
    public var prefix: String? { nil }
    /// There are none.
    public var metricNames: [String]? { [] }
    private let path: String
    private var samples: [TorchValue] = []

    /// Writes to that file, whose name ends in `.pkl` or `.pickle`.
    public init(to path: String) { self.path = path }

    convenience init(from reader: inout ConfigReader) throws {
        let path: String = try reader.required("out_file_path")
        guard path.hasSuffix(".pkl") || path.hasSuffix(".pickle") else {
            throw reader.failure(
                "out_file_path", "\"\(path)\" is no pickle file", remedy: "end it in .pkl")
        }
        reader.ignore("collect_device", "collect_dir")
        self.init(to: path)
    }

    /// Takes in what was predicted for a batch.
    public func process(_ batch: Batch, predictions: DataValue) throws {
        switch predictions {
        case .array(let table) where table.shape.count == 2:
            let labels = Self.labels(of: batch)
            let (width, values) = (table.shape[1], table.floats)
            for row in 0..<table.shape[0] {
                let scores = Array(values[(row * width)..<((row + 1) * width)])
                samples.append(Self.sample(scores, label: labels?[row]))
            }
        case .list(let parts), .tuple(let parts): samples += try parts.map(Self.value)
        default: samples.append(try Self.value(predictions))
        }
    }

    private static func labels(of batch: Batch) -> [Int64]? {
        var array = batch.array("gt_label")
        if case .dictionary(let fields) = batch["data_samples"],
            case .array(let inner) = fields["gt_label"]
        {
            array = inner
        }
        return array?.integers.flatMap { $0.count == batch.sampleCount ? $0 : nil }
    }

    private static func sample(_ scores: [Float], label: Int64?) -> TorchValue {
        let best = scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
        var fields = TorchDictionary([("num_classes", .int(scores.count))])
        if let label { fields["gt_label"] = .tensor(TorchTensor(int64: [label], shape: [1])) }
        fields["pred_score"] = .tensor(TorchTensor(float32: scores, shape: [scores.count]))
        fields["pred_label"] = .tensor(TorchTensor(int64: [Int64(best)], shape: [1]))
        return .dictionary(fields)
    }

    private static func value(_ data: DataValue) throws -> TorchValue {
        switch data {
        case .none: .none
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .double(let value): .double(value)
        case .string(let value): .string(value)
        case .array(let array): .tensor(CheckpointFormat.tensor(array))
        case .list(let parts): .list(try parts.map(value))
        case .tuple(let parts): .tuple(try parts.map(value))
        case .dictionary(let fields):
            .dictionary(TorchDictionary(try fields.entries.map { ($0.key, try value($0.value)) }))
        }
    }

    /// Writes the file, whose folder is made.
    public func computeMetrics() throws -> [(name: String, value: MetricValue)] {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw RunnerError(path, "cannot make the folder: \(SystemError.reason(error))")
        }
        try PlainPickle.write(.list(samples), to: path, tensors: .tensors)
        return []
    }

    /// Forgets what was taken in.
    public func reset() { samples = [] }
}

extension Registry where Product == any BaseMetric {
    /// Adds the metrics that serve every kind of model.
    public mutating func registerCommonMetrics() {
        register("DumpResults") { reader, _ in try DumpResults(from: &reader) }
    }
}
