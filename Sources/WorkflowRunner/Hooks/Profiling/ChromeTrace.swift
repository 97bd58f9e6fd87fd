import Foundation
public import TensorCore

/// The times of operations as a file that `chrome://tracing`, Perfetto and TensorBoard's profiler show.
///
/// Source: the Trace Event Format, complete events only; categories as `torch.profiler` writes them.
public enum ChromeTrace {
    /// The file's text.
    public static func text(_ spans: [OperationRecorder.Span]) -> String {
        let process = ProcessInfo.processInfo.processIdentifier
        let events = spans.sorted { ($0.start, $1.end) < ($1.start, $0.end) }.map { span in
            var line = JSONLine()
            line.add("ph", "X")
            line.add("cat", category(span.kind))
            line.add("name", span.name)
            line.add("pid", Int(process))
            line.add("tid", Int(process))
            line.addRaw("ts", microseconds(span.start))
            line.addRaw("dur", microseconds(span.end - span.start))
            if !span.shapes.isEmpty { line.addRaw("args", "{\"Input Dims\": \(span.shapes)}") }
            return line.text
        }
        return "{\"schemaVersion\": 1, \"displayTimeUnit\": \"ms\", \"traceEvents\": [\n"
            + events.joined(separator: ",\n") + "\n]}\n"
    }

    /// Writes the file.
    ///
    /// Errors: throws, naming the file, where it cannot be written.
    static func write(_ spans: [OperationRecorder.Span], to path: String) throws {
        do {
            try Data(text(spans).utf8).write(to: URL(fileURLWithPath: path))
        } catch {
            throw RunnerError(
                path, "cannot write the trace: \(SystemError.reason(error))",
                remedy: "choose another file with json_trace_path")
        }
    }

    private static func category(_ kind: OperationRecorder.Kind) -> String {
        switch kind {
        case .phase: "user_annotation"
        case .operation: "cpu_op"
        case .kernel: "cpu_kernel"
        }
    }

    private static func microseconds(_ nanoseconds: UInt64) -> String {
        String(format: "%llu.%03llu", nanoseconds / 1000, nanoseconds % 1000)
    }
}
