import ConfigCore
import Logging

/// The levels of Python's logging module, by name or number.
enum LogLevel {
    /// The level of a name, which stands at `node` of a config.
    static func level(_ name: String, at node: ConfigNode? = nil) throws -> Logger.Level {
        switch name.uppercased() {
        case "NOTSET", "DEBUG", "0", "10": return .debug
        case "INFO", "20": return .info
        case "WARNING", "WARN", "30": return .warning
        case "ERROR", "40": return .error
        case "CRITICAL", "FATAL", "50": return .critical
        default:
            throw ConfigError(
                at: node ?? ConfigNode(.string(name)), path: "log_level",
                problem: "\"\(name)\" is no level",
                remedy: "use DEBUG, INFO, WARNING, ERROR or CRITICAL")
        }
    }
}

extension ConfigReader {
    /// Reads `log_level`: the name or number of a level.
    mutating func logLevel() throws -> String {
        guard let node = node("log_level") else { return "INFO" }
        var name = "INFO"
        if case .int(let number) = node.value {
            name = "\(number)"
        } else {
            name = try String(config: node, at: path(to: "log_level"))
        }
        _ = try LogLevel.level(name, at: node)
        return name
    }
}
