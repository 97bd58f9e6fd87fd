/// The notations in which configs are written, by the endings of their files.
public enum ConfigNotation: String, CaseIterable, Sendable {
    /// Python literals, as `.py` configs have them.
    case python = "py"
    /// JSON, which has no tuples.
    case json
    /// YAML, tuples tagged as PyYAML tags them.
    case yaml

    /// The notation of a file by the end of its name; nil where that names none.
    public init?(file: String) {
        switch FileName.suffix(file) {
        case ".py": self = .python
        case ".json": self = .json
        case ".yaml", ".yml": self = .yaml
        default: return nil
        }
    }

    /// The notation of a file by the end of its name.
    static func of(_ file: String) throws(ConfigError) -> ConfigNotation {
        if let notation = ConfigNotation(file: file) { return notation }
        let suffix = FileName.suffix(file)
        throw ConfigError(
            ConfigIssue(
                place: file,
                problem: suffix.isEmpty ? "the name has no ending" : "\(suffix) is no config file",
                remedy: "configs are read from .py, .json, .yaml and .yml"))
    }
}
