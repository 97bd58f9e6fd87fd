public import ConfigCore
import Foundation

/// A way to sum up the newest values of a number, of which each is an average over so many samples.
public typealias HistoryStatistic = @Sendable (_ values: [Double], _ counts: [Int]) -> Double

/// Ways that a program adds to those of this one.
public struct HistoryStatistics: Sendable {
    /// The ways.
    public let byName: [String: HistoryStatistic]

    /// Ways by the names that configs give them.
    public init(byName: [String: HistoryStatistic]) { self.byName = byName }
}

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
    public struct Custom: Sendable {
        /// Which number, without its phase.
        public var source: String
        /// What it is called in the log.
        public var name: String
        /// The way.
        public var method: HistoryBuffer.Method
        /// A way of one's own in its place.
        public var statistic: HistoryStatistic?
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
        self = try config.decode(at: path) { reader in
            let type = try reader.value("type", default: "LogProcessor")
            guard type.split(separator: ".").last == "LogProcessor" else {
                throw reader.unknownName("type", type, among: ["LogProcessor"])
            }
            return try LogSettings(from: &reader)
        }
    }

    /// Reads the keys of `log_processor` beside its type.
    ///
    /// - Parameters:
    ///   - reader: The config.
    ///   - context: Holds the ways to sum numbers up that the program adds.
    /// - Throws: `ConfigError`.
    public init(from reader: inout ConfigReader, _ context: BuildContext = BuildContext()) throws {
        self.init()
        let own = (try? context.value(HistoryStatistics.self))?.byName ?? [:]
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
            try reader.nestedList("custom_cfg") {
                try Custom(from: &$0, byEpoch: counts, own)
            } ?? []
        var names: Set<String> = []
        for entry in custom where !names.insert(entry.name).inserted {
            throw reader.failure(
                "custom_cfg", "two entries are called \"\(entry.name)\"",
                remedy: "give each a log_name of its own")
        }
    }
}

extension LogSettings.Custom {
    /// The number summed up; nil where it has no value.
    func value(of history: HistoryBuffer, window: Int?) -> Double? {
        guard let statistic else { return history.statistic(method, window: window) }
        let length = min(window ?? history.values.count, history.values.count)
        guard length > 0 else { return nil }
        return statistic(
            Array(history.values.suffix(length)), Array(history.counts.suffix(length)))
    }

    fileprivate init(
        from reader: inout ConfigReader, byEpoch: Bool, _ own: [String: HistoryStatistic]
    ) throws {
        self.init(source: try reader.required("data_src"))
        name = try reader.value("log_name", default: source)
        if let name = reader.node("method_name")?.string, let function = own[name] {
            statistic = function
        } else {
            let names = HistoryBuffer.Method.allCases.map(\.rawValue) + own.keys.sorted()
            let name = try reader.value("method_name", default: "mean")
            guard let chosen = HistoryBuffer.Method(rawValue: name) else {
                throw reader.unknownName("method_name", name, among: names)
            }
            method = chosen
        }
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

extension LogProcessor {
    /// Builds the processor of a config.
    ///
    /// - Parameters:
    ///   - config: `log_processor`.
    ///   - path: The way to it, for messages.
    ///   - context: Holds the processors that may be named; the standard one by default.
    /// - Returns: The processor.
    /// - Throws: `ConfigError`.
    public static func build(
        _ config: ConfigNode, at path: String = "log_processor", context: BuildContext
    ) throws -> LogProcessor {
        let isTyped = config.mapping == nil || config["type"] != nil
        let node = isTyped ? config : config.setting("type", to: "LogProcessor")
        return try context.value(Registry<LogProcessor>.self).build(node, at: path, context)
    }
}

extension Registry where Product == LogProcessor {
    /// The processors that configs may name.
    public static func standardLogProcessors() -> Registry<LogProcessor> {
        var registry = Registry<LogProcessor>("log processor")
        registry.register("LogProcessor") { reader, context in
            LogProcessor(try LogSettings(from: &reader, context))
        }
        return registry
    }
}
