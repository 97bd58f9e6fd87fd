import Foundation
import TensorCore
import WorkflowRunner

/// What an evaluation found.
public struct TestResults {
    /// The metrics in order.
    public let metrics: [(name: String, value: Double)]
    private let scores: PlainTensor
    private let classNames: [String]?

    init(metrics: [(name: String, value: Double)], scores: PlainTensor, classNames: [String]?) {
        self.metrics = metrics
        self.scores = scores
        self.classNames = classNames
    }

    /// A line a metric, as the original prints them.
    public var metricLines: [String] {
        metrics.map { "\n\($0.name) : \(Self.rounded($0.value))" }
    }

    /// Two digits, and at least one, as Python prints `round(x, 2)`.
    private static func rounded(_ value: Double) -> String {
        "\((value * 100).rounded(.toNearestOrEven) / 100)"
    }

    /// Writes metrics and predictions as JSON, under the original's names.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - items: What to write of the predictions; `none` wins over all others.
    /// - Throws: `UsageError` where the file cannot be written.
    public func write(to path: String, items: Set<ResultItem> = [.all]) throws {
        var fields: [String: Any] = [:]
        if !items.contains(.none) {
            for (item, values) in predictions
            where items.contains(.all) || items.contains(item) {
                fields[item.rawValue] = values
            }
        }
        for (name, value) in metrics { fields[name] = value }
        do {
            let data = try JSONSerialization.data(withJSONObject: fields, options: [.sortedKeys])
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw UsageError("\(path): cannot write: \(SystemError.reason(error))")
        }
    }

    /// Writes the metrics alone as `<time>.json` in a folder, which is made.
    ///
    /// - Throws: `UsageError` where the file cannot be written.
    public func writeMetrics(in folder: String) throws {
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try write(to: "\(folder)/\(RunnerDefaults.currentTimestamp()).json", items: [.none])
    }

    private var predictions: [(ResultItem, Any)] {
        let width = max(1, scores.shape.last ?? 1)
        let values = scores.floats
        let rows = stride(from: 0, to: values.count, by: width).map {
            Array(values[$0..<($0 + width)])
        }
        let labels = rows.map { row in row.indices.max { row[$0] < row[$1] } ?? 0 }
        var items: [(ResultItem, Any)] = [
            (.classScores, rows), (.predictedLabel, labels),
            (.predictedScore, zip(rows, labels).map { $0[$1] }),
        ]
        if let classNames {
            let names = labels.map {
                classNames.indices.contains($0) ? classNames[$0] : "\($0)"
            }
            items.append((.predictedClass, names))
        }
        return items
    }
}
