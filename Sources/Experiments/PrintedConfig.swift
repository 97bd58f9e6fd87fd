public import ConfigCore

/// A config as `tools/print-config` shows it.
public struct PrintedConfig {
    /// The names of the notations: `py`, `json`, `yaml`.
    public static var formats: [String] { ConfigNotation.allCases.map(\.rawValue) }

    private let config: LoadedConfig
    private let notation: ConfigNotation

    /// Shows a config in a notation, by default in that of its file.
    public init(_ config: LoadedConfig, format: String?) {
        self.config = config
        notation =
            format.flatMap(ConfigNotation.init(rawValue:))
            ?? config.files.first.flatMap(ConfigNotation.init(file:)) ?? .json
    }

    /// The config with its bases and changes, to be read again.
    ///
    /// Errors: throws `ConfigError` for a top-level key that Python cannot have as a name.
    public func text() throws -> String { try ConfigWriter.text(config.root, as: notation) }

    /// Every value with the place that set it and what it overrode; names that nothing reads follow
    /// under a heading of their own.
    ///
    /// Errors: throws `ConfigError` where the config could be of either style.
    public func explanation() throws -> String {
        let keys = try TopLevelKeys(config.root)
        var sections: [(heading: String?, keys: [String])] = [
            (nil, keys.known),
            ("shared values, which nothing reads under these names", keys.shared),
            ("without meaning here", keys.harmless),
        ]
        sections += keys.refusals.map { ("refused, \($0.reason)", [$0.key]) }
        return sections.filter { !$0.keys.isEmpty }.map { heading, keys in
            let text = ConfigExplanation(config.root, keys: keys).text(as: notation)
            return heading.map { "\($0):\n\(text)\n" } ?? text + "\n"
        }.joined(separator: "\n")
    }

    /// What was added, removed and changed in another config, with places.
    public func differences(to other: LoadedConfig) -> String {
        let text = ConfigDiff(from: config.root, to: other.root).text(as: notation)
        return text.isEmpty ? "no differences\n" : text + "\n"
    }

    /// When the run trains, validates, evaluates and saves, and its learning rate; with the keys that
    /// were left out.
    ///
    /// Errors: throws `ConfigError`.
    public func calendar(_ registries: Registries, allowsUnknown: Bool) throws -> (
        text: String, warnings: [String]
    ) {
        try UnknownKeys.leavingOut(of: config, if: allowsUnknown) {
            (
                try RunCalendar($0.root, registries).description + "\n",
                $0.warnings.dropFirst(config.warnings.count).map(\.message)
            )
        }
    }
}
