public import FoundationEssentials

/// Reads config files.
public enum Config {
    /// Reads a file and everything it inherits from.
    ///
    /// Source: `Config.fromfile` in MMCV. Unlike there, `_delete_` never stays in the result, and a
    /// reference to a base inside a longer string is filled in.
    ///
    /// - Parameters:
    ///   - path: The file, written in Python, JSON or YAML; relative to the working directory.
    ///   - environment: What `{{$NAME:default}}` in the files may stand for.
    /// - Returns: The merged config.
    /// - Throws: `ConfigError`.
    public static func load(
        path: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> LoadedConfig {
        var loader = ConfigLoader(environment: environment)
        let root = try finished(try loader.load(path, askedFor: nil))
        return LoadedConfig(
            root: root, files: loader.files,
            warnings: loader.warnings + WideIntegers.warnings(in: root),
            environment: loader.environment.used)
    }

    /// Reads a config that stands alone, without `_base_`.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - name: What messages call it.
    ///   - ending: What a file of it would end in: `.json`, `.py`, `.yaml`.
    ///   - expandsPlaceholders: Whether `{{ fileBasename }}` and its like stand for something.
    /// - Returns: The config.
    /// - Throws: `ConfigError`.
    public static func parse(
        text: String, name: String, ending: String = ".json", expandsPlaceholders: Bool = true
    ) throws -> ConfigNode {
        try parse(
            bytes: Array(text.utf8), name: name, ending: ending,
            expandsPlaceholders: expandsPlaceholders)
    }

    /// Reads a config that stands alone from the bytes of a file.
    package static func parse(
        bytes: [UInt8], name: String, ending: String, expandsPlaceholders: Bool = true
    ) throws(ConfigError) -> ConfigNode {
        var environment = ConfigEnvironment([:])
        var contents = try ConfigNotation.of("config\(ending)").read(
            bytes, name: name, expandsPlaceholders: expandsPlaceholders, environment: &environment)
        if let base = try contents.baseNames() {
            throw ConfigError(
                at: base, path: "_base_",
                problem: "a config given as text has no folder to inherit from")
        }
        let root = try contents.values(on: ConfigMapping(), hasBases: false).child
        return try finished(try ConfigMerge.consumingDelete(root, at: ""))
    }

    /// The top-level names that `Config` of MMCV and MMEngine keeps for itself.
    private static let reservedKeys = ["filename", "text", "pretty_text", "env_variables"]

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
