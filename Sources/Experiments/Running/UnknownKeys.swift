public import ConfigCore

/// What `--allow-unknown` does: keys that nobody reads are left out of the config, with a warning each.
public enum UnknownKeys {
    /// Calls `body` with a config, and again without the keys that it called unknown.
    ///
    /// - Parameters:
    ///   - config: The config.
    ///   - isAllowed: Whether unknown keys are; otherwise their error stands.
    ///   - body: Reads the config.
    /// - Returns: What `body` made of the rest.
    /// - Throws: Whatever `body` throws that unknown keys do not explain.
    public static func leavingOut<R>(
        of config: LoadedConfig, if isAllowed: Bool, _ body: (LoadedConfig) throws -> R
    ) throws -> R {
        var config = config
        while true {
            do {
                return try body(config)
            } catch let error as ConfigError {
                guard isAllowed, let rest = config.without(unknownIn: error) else { throw error }
                config = rest
            }
        }
    }
}

extension LoadedConfig {
    /// The config without the keys that an error calls unknown; nil where it does not call any so.
    fileprivate func without(unknownIn error: ConfigError) -> LoadedConfig? {
        let unknown = error.issues.filter(\.isUnknownKey)
        guard !unknown.isEmpty else { return nil }
        var config = self
        for issue in unknown {
            guard let steps = ConfigPath.steps(issue.path),
                let root = config.root.removing(steps[...])
            else { return nil }
            config.root = root
            config.warnings.append(issue.adding(", left out"))
        }
        return config
    }
}
