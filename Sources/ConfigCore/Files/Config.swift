/// Reads config files.
public enum Config {
    /// Reads a file and everything it inherits from.
    ///
    /// Source: `Config.fromfile` in MMCV. Unlike there, `_delete_` never stays in the result, and a
    /// reference to a base inside a longer string is filled in.
    ///
    /// - Parameter path: The file; relative to the working directory.
    /// - Returns: The merged config.
    /// - Throws: `ConfigError`.
    public static func load(path: String) throws -> LoadedConfig {
        var loader = ConfigLoader()
        let entries = try loader.load(path, askedFor: nil)
        return LoadedConfig(
            root: try finished(entries), files: loader.files, warnings: loader.warnings)
    }

    /// Reads a JSON config that stands alone, without `_base_`.
    ///
    /// - Parameters:
    ///   - text: The JSON text.
    ///   - name: What messages call it.
    /// - Returns: The config.
    /// - Throws: `ConfigError`.
    public static func parse(text: String, name: String) throws -> ConfigNode {
        let root = try ConfigFileFormat.json.read(Array(text.utf8), name: name)
        if let base = root["_base_"] {
            throw ConfigError(
                at: base, path: "_base_",
                problem: "a config given as text has no folder to inherit from")
        }
        return try finished(try ConfigMerge.consumingDelete(root, at: ""))
    }

    /// The top-level names that MMCV's `Config` keeps for itself.
    private static let reservedKeys = ["filename", "text", "pretty_text"]

    private static func finished(_ root: ConfigNode) throws(ConfigError) -> ConfigNode {
        let issues = reservedKeys.compactMap { key in
            root[key].map {
                ConfigIssue(
                    at: $0, pointingAt: .key, path: key, problem: "this name is reserved",
                    remedy: "choose another one")
            }
        }
        guard issues.isEmpty else { throw ConfigError(issues: issues) }
        return root
    }
}
