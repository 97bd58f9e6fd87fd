import ConfigCore
import Foundation
import Logging
public import TensorCore

/// What a profiler does with the times of a cycle.
public enum TraceHandler {
    /// Puts a table into the log.
    case log(TableOptions)
    /// Writes a trace for TensorBoard's profiler; into `tf_tracing_logs` of the work directory by default.
    case tensorBoard(directory: String?, workerName: String?)
    /// Calls a function.
    case call((BaseRunner, [OperationRecorder.Span]) throws -> Void)

    /// How the table looks.
    public struct TableOptions: Sendable {
        /// What the rows are sorted by; nil leaves them in the order in which they began.
        public var order: OperationTable.Order?
        /// The most rows; -1 shows all.
        public var rowLimit = 100
        /// The most characters of a name.
        public var nameWidth = 55
        /// A line above the table.
        public var header: String?
        /// Whether only what no other called is shown.
        public var topLevelOnly = false

        /// PyTorch's defaults.
        public init() {}
    }

    /// Reads `on_trace_ready`.
    static func read(_ key: String, from reader: inout ConfigReader) throws -> TraceHandler? {
        if let node = reader.node(key), !node.isNull, node.mapping == nil {
            throw reader.failure(
                key, "", expected: "a mapping with the type \"log_trace\" or \"tb_trace\"")
        }
        return try reader.nested(key) { reader in
            let type: String = try reader.required("type")
            switch type {
            case "log_trace": return .log(try TableOptions(from: &reader))
            case "tb_trace":
                if try reader.value("use_gzip", default: false) {
                    throw reader.failure("use_gzip", "not supported", remedy: "remove it")
                }
                return .tensorBoard(
                    directory: try reader.optional("dir_name"),
                    workerName: try reader.optional("worker_name"))
            default:
                throw reader.failure(
                    "type", "\"\(type)\" is not a known trace handler",
                    remedy: "known: log_trace, tb_trace")
            }
        }
    }

    /// Says before the run where files will be.
    func announce(_ runner: BaseRunner) throws {
        guard case .tensorBoard(let directory, _) = self else { return }
        let folder = try WorkDirectory.create(Self.folder(directory, runner))
        runner.logger.info("tracing files of ProfilerHook will be saved to \(folder).")
    }

    /// Tells the times of a cycle.
    func tell(_ spans: [OperationRecorder.Span], _ runner: BaseRunner) throws {
        switch self {
        case .log(let options):
            let table = OperationTable(spans).text(
                sortedBy: options.order, limit: options.rowLimit, nameWidth: options.nameWidth,
                header: options.header, topLevelOnly: options.topLevelOnly)
            runner.logger.info("profile:\n\(table)")
        case .tensorBoard(let directory, let workerName):
            let worker =
                workerName
                ?? "\(HostName.current)_\(ProcessInfo.processInfo.processIdentifier)"
            let time = Int(Date().timeIntervalSince1970 * 1e9)
            try ChromeTrace.write(
                spans, to: "\(Self.folder(directory, runner))/\(worker).\(time).pt.trace.json")
        case .call(let function): try function(runner, spans)
        }
    }

    private static func folder(_ directory: String?, _ runner: BaseRunner) throws -> String {
        let directory = directory ?? "tf_tracing_logs"
        if directory.hasPrefix("/") { return directory }
        guard let work = runner.workDirectory else {
            throw RunnerError(
                "profiler_config.on_trace_ready", "there is no folder to write traces in",
                remedy: "set dir_name to an absolute path, or give the runner a work_dir")
        }
        return "\(work)/\(directory)"
    }
}

extension TraceHandler.TableOptions {
    /// Reads the arguments of PyTorch's `table`.
    fileprivate init(from reader: inout ConfigReader) throws {
        order = try reader.optional("sort_by", as: String.self).map { name in
            // Times of a graphics processor are those of the processor here, where all is computed.
            let name = name.replacingOccurrences(of: "cuda", with: "cpu")
            guard let order = OperationTable.Order(rawValue: name) else {
                let known = OperationTable.Order.allCases.map(\.rawValue)
                throw reader.failure(
                    "sort_by", "\"\(name)\" is not a column of the table",
                    remedy: "known: \(known.joined(separator: ", "))")
            }
            return order
        }
        rowLimit = try reader.value("row_limit", default: rowLimit)
        nameWidth = try reader.value("max_name_column_width", default: nameWidth)
        header = try reader.optional("header")
        topLevelOnly = try reader.value("top_level_events_only", default: false)
        // Widths of columns that are not shown without stacks and shapes.
        reader.ignore("max_src_column_width", "max_shapes_column_width")
    }
}
