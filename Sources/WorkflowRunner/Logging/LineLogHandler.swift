import Foundation
public import Logging

/// Writes log messages as MMCV's logger does: `2022-01-01 10:00:00,123 - mmcls - INFO - …`.
public struct LineLogHandler: LogHandler {
    /// The least level that is written.
    public var logLevel: Logger.Level
    /// Ignored: the original's lines have no metadata.
    public var metadata: Logger.Metadata = [:]
    private let name: String
    private let outputs: [any TextOutput]

    /// A handler that writes under a name.
    public init(name: String, outputs: [any TextOutput], level: Logger.Level = .info) {
        self.name = name
        self.outputs = outputs
        logLevel = level
    }

    /// Ignored, like `metadata`.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a message to every output.
    public func log(event: LogEvent) {
        let time = LogTime(Date()).logPrefix
        let line = "\(time) - \(name) - \(Self.label(event.level)) - \(event.message)\n"
        for output in outputs { output.write(line) }
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

extension Logger {
    /// A logger that writes lines as MMCV does, without touching the process's logging system.
    public static func lines(
        name: String = "mmrunner", to outputs: [any TextOutput], level: Logger.Level = .info
    ) -> Logger {
        Logger(label: name) { LineLogHandler(name: $0, outputs: outputs, level: level) }
    }
}
