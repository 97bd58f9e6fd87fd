import ConfigCore

/// An optimizer whose groups are about to follow a schedule, and the length of the run.
public struct ScheduledOptimizer {
    /// Its name in the run's dictionary of optimizers, or its type's name where it is the only one.
    public let name: String
    /// The names of all optimizers of the run.
    public let allNames: [String]
    /// The values its groups start from.
    public let starts: [Double]
    /// How many epochs or iterations there shall be, where that is known.
    public let maximum: Int?
    /// Whether that is how many there will be: sources of several lengths that train in turn make it more or less.
    public let isExact: Bool
    /// The way to the schedule's config, such as `lr_config`.
    public let configPath: String
    private let config: ConfigNode?
    private let tell: (String) -> Void

    init(
        name: String, allNames: [String], starts: [Double], maximum: Int?, isExact: Bool,
        configPath: String,
        config: ConfigNode?, tell: @escaping (String) -> Void
    ) {
        self.name = name
        self.allNames = allNames
        self.starts = starts
        self.maximum = maximum
        self.isExact = isExact
        self.configPath = configPath
        self.config = config
        self.tell = tell
    }

    /// Tells the user, once, about a key of the schedule's config.
    public func warn(_ key: String, _ message: String) {
        tell("\(ConfigPath.join(configPath, key: key)): \(message)")
    }

    /// An error about a key of the schedule's config.
    public func failure(_ key: String, _ problem: String, remedy: String? = nil) -> any Error {
        let path = ConfigPath.join(configPath, key: key)
        guard let config else { return RunnerError(path, problem, remedy: remedy) }
        return ConfigError(at: config[key] ?? config, path: path, problem: problem, remedy: remedy)
    }
}
