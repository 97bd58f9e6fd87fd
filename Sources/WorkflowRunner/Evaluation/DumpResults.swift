public import ConfigCore
import Foundation
import TensorCore
import TorchFile
public import TrainingInterfaces

/// Writes what was predicted to a file that Python's `pickle` reads; it gives no numbers.
///
/// Each sample is a dictionary as MMPretrain dumps it: what its pipeline gathered of it (`sample_idx`,
/// `img_path` ...), `pred_score`, `pred_label` and, where it is known, `gt_label`, as tensors. Source: MMEngine's `DumpResults`.
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
                samples.append(
                    try Self.sample(scores, label: labels?[row], Self.meta(of: batch, row)))
            }
        case .list(let parts), .tuple(let parts):
            let truths = Self.truths(in: batch, count: parts.count)
            for (row, part) in parts.enumerated() {
                let sample = try Self.value(part)
                guard case .dictionary(var fields) = sample else {
                    samples.append(sample)
                    continue
                }
                if let truth = truths[row], fields["gt_label"] == nil, fields["gt_score"] == nil {
                    fields[truth.name] = truth.value
                }
                for (key, part) in Self.meta(of: batch, row).entries where fields[key] == nil {
                    fields[key] = try Self.value(part)
                }
                samples.append(.dictionary(fields))
            }
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

    /// What is right of each sample: its class, or shares of the classes.
    private static func truths(in batch: Batch, count: Int)
        -> [(name: String, value: TorchValue)?]
    {
        if let labels = labels(of: batch), labels.count == count {
            return labels.map { ("gt_label", .tensor(TorchTensor(int64: [$0], shape: [1]))) }
        }
        guard let shares = batch.array("gt_score"), shares.shape.count == 2,
            shares.shape[0] == count
        else { return [(name: String, value: TorchValue)?](repeating: nil, count: count) }
        let (width, values) = (shares.shape[1], shares.floats)
        return (0..<count).map { row in
            let own = Array(values[(row * width)..<((row + 1) * width)])
            return ("gt_score", .tensor(TorchTensor(float32: own, shape: [width])))
        }
    }

    /// What the pipeline gathered of a sample, by the original's names.
    private static func meta(of batch: Batch, _ row: Int) -> DataDictionary {
        guard case .list(let metas) = batch["img_metas"], metas.indices.contains(row),
            case .dictionary(var meta) = metas[row]
        else { return DataDictionary() }
        for key in ["filename", "ori_filename", "img_norm_cfg"] { meta[key] = nil }
        return meta
    }

    private static func sample(
        _ scores: [Float], label: Int64?, _ meta: DataDictionary
    ) throws -> TorchValue {
        let best = scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
        var fields = TorchDictionary([("num_classes", .int(scores.count))])
        for (key, part) in meta.entries { fields[key] = try value(part) }
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
