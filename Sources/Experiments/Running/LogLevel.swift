import ConfigCore
import Logging

/// The levels of Python's logging module, by name or number.
enum LogLevel {
    static func level(_ name: String) throws -> Logger.Level {
        switch name.uppercased() {
        case "NOTSET", "DEBUG", "0", "10": return .debug
        case "INFO", "20": return .info
        case "WARNING", "WARN", "30": return .warning
        case "ERROR", "40": return .error
        case "CRITICAL", "FATAL", "50": return .critical
        default:
            throw ConfigError(
                at: ConfigNode(.string(name)), path: "log_level",
                problem: "\"\(name)\" is no level",
                remedy: "use DEBUG, INFO, WARNING, ERROR or CRITICAL")
        }
    }
}
