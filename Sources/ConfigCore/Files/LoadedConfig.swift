/// A config as read from its files.
public struct LoadedConfig: Sendable {
    /// The merged config, a mapping.
    public var root: ConfigNode
    /// The files it was read from: the one asked for, then its bases as they were met.
    public var files: [String]
    /// What the user should know, such as a file that calls itself deprecated.
    public var warnings: [ConfigIssue]
    /// The environment variables that values were taken from.
    public var environment: [String: String]

    /// Gathers what was read.
    public init(
        root: ConfigNode, files: [String] = [], warnings: [ConfigIssue] = [],
        environment: [String: String] = [:]
    ) {
        self.root = root
        self.files = files
        self.warnings = warnings
        self.environment = environment
    }
}
