import Foundation
import TensorCore
import TorchFile
public import TrainingInterfaces
import WorkflowRunner

/// What an evaluation found.
public struct TestResults {
    /// The metrics in order.
    public let metrics: [(name: String, value: MetricValue)]
    private let scores: PlainTensor
    private let classNames: [String]?

    init(
        metrics: [(name: String, value: MetricValue)], scores: PlainTensor, classNames: [String]?
    ) {
        self.metrics = metrics
        self.scores = scores
        self.classNames = classNames
    }

    /// A line a metric, as the original prints them.
    public var metricLines: [String] {
        metrics.map { "\n\($0.name) : \(MetricText.rounded($0.value))" }
    }

    /// Whether a file's name tells how to write it.
    public static func canWrite(to path: String) -> Bool {
        ResultFile.endings.contains(where: path.hasSuffix)
    }

    /// Writes metrics and predictions as JSON, or as a pickle with NumPy arrays where the file's name ends so,
    /// under the original's names.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - items: What to write of the predictions; `none` wins over all others.
    /// - Throws: `UsageError` where the file cannot be written.
    public func write(to path: String, items: Set<ResultItem> = [.all]) throws {
        var fields = metrics.map { ($0.name, MetricText.value($0.value)) }
        let kept = ResultItem.allCases.filter {
            !items.contains(.none) && (items.contains(.all) || items.contains($0))
        }
        for item in kept { fields += predictions(item).map { [(item.rawValue, $0)] } ?? [] }
        try ResultFile.write(TorchDictionary(fields), to: path)
    }

    /// Writes the metrics alone as `<time>.json` in a folder, which is made.
    ///
    /// - Throws: `UsageError` where the file cannot be written.
    public func writeMetrics(in folder: String) throws {
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try write(to: "\(folder)/\(RunnerDefaults.currentTimestamp()).json", items: [.none])
    }

    private func predictions(_ item: ResultItem) -> TorchValue? {
        let (width, values) = (max(1, scores.shape.last ?? 1), scores.floats)
        let labels = stride(from: 0, to: values.count, by: width).map { start in
            (0..<width).reduce(0) { values[start + $1] > values[start + $0] ? $1 : $0 }
        }
        switch item {
        case .none, .all: return nil
        case .classScores:
            return .tensor(TorchTensor(float32: values, shape: [labels.count, width]))
        case .predictedScore:
            let best = labels.enumerated().map { values[$0 * width + $1] }
            return .tensor(TorchTensor(float32: best, shape: [best.count]))
        case .predictedLabel:
            return .tensor(TorchTensor(int64: labels.map(Int64.init), shape: [labels.count]))
        case .predictedClass:
            guard let classNames else { return nil }
            return .list(
                labels.map {
                    .string(classNames.indices.contains($0) ? classNames[$0] : "\($0)")
                })
        }
    }
}
