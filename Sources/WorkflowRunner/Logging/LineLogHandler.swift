import Foundation
public import Logging

/// Writes log messages as MMCV's logger does: `2022-01-01 10:00:00,123 - mmcls - INFO - …`.
public struct LineLogHandler: LogHandler {
    /// The least level that is written.
    public var logLevel: Logger.Level
    /// Ignored: the original's lines have no metadata.
    public var metadata: Logger.Metadata = [:]
    private let name: String
    private let outputs: [(output: any TextOutput, time: LineTime)]

    /// A handler that writes under a name.
    public init(
        name: String, outputs: [any TextOutput], level: Logger.Level = .info, time: LineTime = .mmcv
    ) {
        self.init(name: name, timedOutputs: outputs.map { ($0, time) }, level: level)
    }

    /// A handler whose outputs differ in how lines tell the time.
    public init(
        name: String, timedOutputs: [(output: any TextOutput, time: LineTime)],
        level: Logger.Level = .info
    ) {
        self.name = name
        outputs = timedOutputs
        logLevel = level
    }

    /// Ignored, like `metadata`.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a message to every output.
    public func log(event: LogEvent) {
        let now = LogTime(Date())
        let line = " - \(name) - \(Self.label(event.level)) - \(event.message)\n"
        for (output, time) in outputs { output.write(now.text(time) + line) }
    }

    private static func label(_ level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "DEBUG"
        case .info, .notice: "INFO"
        case .warning: "WARNING"
        case .error: "ERROR"
        case .critical: "CRITICAL"
        }
    }
}

/// How a log's lines tell the time.
public enum LineTime: Sendable {
    /// `2022-01-01 10:00:00,123`.
    case mmcv
    /// `2022/01/01 10:00:00`, as in MMEngine's files.
    case mmengine
    /// `01/01 10:00:00`, as MMEngine's console shows it.
    case mmengineConsole
}

extension Logger {
    /// A logger that writes lines as MMEngine does: the same to a file and to a console, but for the time.
    public static func mmengineLines(
        name: String = "mmengine", console: [any TextOutput], files: [any TextOutput],
        level: Logger.Level = .info
    ) -> Logger {
        let outputs =
            console.map { ($0, LineTime.mmengineConsole) } + files.map { ($0, .mmengine) }
        return Logger(label: name) {
            LineLogHandler(name: $0, timedOutputs: outputs, level: level)
        }
    }

    /// A logger that writes lines as MMCV does, without touching the process's logging system.
    public static func lines(
        name: String = "mmrunner", to outputs: [any TextOutput], level: Logger.Level = .info
    ) -> Logger {
        Logger(label: name) { LineLogHandler(name: $0, outputs: outputs, level: level) }
    }
}
