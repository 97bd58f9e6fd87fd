public import ConfigCore
import Foundation
import WorkflowRunner

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

    /// Rewrites a legacy config file in the new style; the notes say what has no counterpart.
    ///
    /// Errors: throws `ConfigError`, or `UsageError` where the output exists or cannot be written.
    public static func convert(_ input: String, to output: String, replacing: Bool) throws
        -> [String]
    {
        if !replacing && FileManager.default.fileExists(atPath: output) {
            throw UsageError("\(output): the file exists; pass --force to replace it")
        }
        let converted = try LegacyToNewStyle.convert(Config.load(path: input).root)
        do {
            try Data((ConfigWriter.json(converted.config) + "\n").utf8).write(
                to: URL(fileURLWithPath: output), options: .atomic)
        } catch {
            throw UsageError("\(output): cannot write: \(SystemError.reason(error))")
        }
        return converted.notes
    }
}
