public import ConfigCore
import Foundation

/// How numbers are summed up and shown in logs: the config `log_processor`.
public struct LogSettings: Sendable {
    /// How many values are averaged.
    public var window = 10
    /// Whether lines count epochs.
    public var byEpoch = true
    /// Numbers that are summed up in another way.
    public var custom: [Custom] = []
    /// How many digits are shown.
    public var digits = 4
    /// Whether rows name the phase of each number.
    public var hasHierarchy = false
    /// Which numbers are averaged, where that is not as usual; of others the newest value is shown.
    private var pattern: NSRegularExpression?

    /// A number that is summed up in a way of its own.
    public struct Custom: Sendable, Equatable {
        /// Which number, without its phase.
        public var source: String
        /// What it is called in the log.
        public var name: String
        /// The way.
        public var method: HistoryBuffer.Method
        /// Over how many values.
        public var window: Window

        /// A way to sum up a number.
        public init(
            source: String, name: String? = nil, method: HistoryBuffer.Method = .current,
            window: Window = .all
        ) {
            self.source = source
            self.name = name ?? source
            self.method = method
            self.window = window
        }
    }

    /// Over how many values a number is summed up.
    public enum Window: Sendable, Equatable {
        case last(Int)
        /// Those of the epoch.
        case epoch
        /// Those of the run.
        case global
        /// All that are kept.
        case all
    }

    /// MMEngine's settings.
    public init() {}

    /// Whether the mean of a number's newest values is shown.
    func averages(_ name: String) -> Bool {
        guard let pattern else {
            return ["loss", "time", "grad_norm"].contains { name.contains($0) }
        }
        let range = NSRange(location: 0, length: name.utf16.count)
        return pattern.firstMatch(in: name, range: range) != nil
    }

    /// Reads `log_processor`.
    ///
    /// Errors: throws `ConfigError`.
    public init(_ config: ConfigNode, at path: String = "log_processor") throws {
        self = try config.decode(at: path) { try LogSettings(from: &$0) }
    }

    private init(from reader: inout ConfigReader) throws {
        self.init()
        let type = try reader.value("type", default: "LogProcessor")
        guard type.split(separator: ".").last == "LogProcessor" else {
            throw reader.unknownName("type", type, among: ["LogProcessor"])
        }
        window = try reader.value("window_size", default: window)
        guard window > 0 else {
            throw reader.failure("window_size", "expected a positive number, got \(window)")
        }
        byEpoch = try reader.value("by_epoch", default: true)
        digits = try reader.value("num_digits", default: digits)
        hasHierarchy = try reader.value("log_with_hierarchy", default: false)
        if let written: String = try reader.optional("mean_pattern") {
            guard let expression = try? NSRegularExpression(pattern: written) else {
                throw reader.failure("mean_pattern", "\"\(written)\" is no regular expression")
            }
            pattern = expression
        }
        let counts = byEpoch
        custom =
            try reader.nestedList("custom_cfg") { try Custom(from: &$0, byEpoch: counts) } ?? []
        var names: Set<String> = []
        for entry in custom where !names.insert(entry.name).inserted {
            throw reader.failure(
                "custom_cfg", "two entries are called \"\(entry.name)\"",
                remedy: "give each a log_name of its own")
        }
    }
}

extension LogSettings.Custom {
    fileprivate init(from reader: inout ConfigReader, byEpoch: Bool) throws {
        self.init(source: try reader.required("data_src"))
        name = try reader.value("log_name", default: source)
        method = try reader.choice("method_name", default: .mean)
        window = try Self.window(&reader)
        guard byEpoch || window != .epoch else {
            throw reader.failure(
                "window_size", "\"epoch\" needs epochs, but by_epoch is False",
                remedy: "write \"global\" or a number")
        }
    }

    private static func window(_ reader: inout ConfigReader) throws -> LogSettings.Window {
        guard let node = reader.node("window_size"), !node.isNull else { return .all }
        switch node.value {
        case .int(let count) where count > 0: return .last(count)
        case .string("epoch"): return .epoch
        case .string("global"): return .global
        default:
            throw reader.failure(
                "window_size", "", expected: "a positive number, \"epoch\" or \"global\"")
        }
    }
}
