public import ConfigCore

/// Configs as the tools read and write them.
public enum ConfigFile {
    /// Reads a config and changes it by `key=value` words.
    ///
    /// Errors: throws `ConfigError`.
    public static func load(_ path: String, overrides: [String] = []) throws -> LoadedConfig {
        var loaded = try Config.load(path: path)
        loaded.root = try ConfigOverrides.apply(
            ConfigOverrides.parse(overrides), to: loaded.root)
        loaded.warnings += ConfigOverrides.warnings(overrides)
        return loaded
    }

    /// What the user should know of a config.
    public static func warnings(_ config: LoadedConfig) -> [String] {
        config.warnings.map(\.message)
    }
}
