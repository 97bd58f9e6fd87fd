import Foundation
import TrainingInterfaces

/// The file that a test leaves in its folder: every metric with all its digits.
///
/// Source: what MMEngine's `LoggerHook` dumps after a test.
struct TestMetricsFile {
    let text: String

    /// The numbers of a row, with the metrics that are no single numbers before the times.
    init(_ row: LogProcessor.Row, others: [(name: String, value: MetricValue)]) {
        var metrics = JSONLine()
        var times = JSONLine()
        for (name, value) in row {
            let json =
                switch value {
                case .number(let number): Self.json(number)
                case .integer(let count): "\(count)"
                }
            if ["time", "data_time"].contains(name.split(separator: "/").last) {
                times.addRaw(name, json)
            } else {
                metrics.addRaw(name, json)
            }
        }
        for (name, value) in others {
            if let json = Self.json(value) { metrics.addRaw(name, json) }
        }
        metrics.add(times)
        text = metrics.text
    }

    /// Writes the file; it appears whole or not at all.
    ///
    /// Errors: throws `RunnerError` naming it.
    func write(to path: String) throws {
        do {
            let url = URL(fileURLWithPath: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url, options: .atomic)
        } catch {
            throw RunnerError(path, "cannot write: \(SystemError.reason(error))")
        }
    }

    /// Lists as JSON; nil for single numbers, which the row has.
    private static func json(_ value: MetricValue) -> String? {
        switch value {
        case .number, .integer: nil
        case .integers(let values): list(values.map { "\($0)" })
        case .list(let values): list(values.map { json($0) })
        case .matrix(let rows): list(rows.map { list($0.map { "\($0)" }) })
        }
    }

    private static func json(_ value: Double) -> String {
        value.isFinite ? PythonText.number(value) : PythonText.jsonNumber(value)
    }

    private static func list(_ parts: [String]) -> String {
        "[" + parts.joined(separator: ", ") + "]"
    }
}
