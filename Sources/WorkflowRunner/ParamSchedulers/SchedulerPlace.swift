public import ConfigCore

/// Where a scheduler's config stands, for messages.
public struct SchedulerPlace: Sendable {
    /// The way to the config, such as `param_scheduler[0]`.
    public let path: String
    private let config: ConfigNode?

    /// A place: the way to a config, and the config where there is one.
    public init(_ path: String, _ config: ConfigNode? = nil) {
        self.path = path
        self.config = config
    }

    /// Says of errors within `body` where they belong.
    func locate<R>(_ body: () throws -> R) throws -> R {
        do {
            return try body()
        } catch let error as SchedulingError {
            throw self.error(error)
        }
    }

    /// The error with its place.
    func error(_ error: SchedulingError) -> any Error {
        let path = error.key.map { ConfigPath.join(self.path, key: $0) } ?? self.path
        guard let config else { return RunnerError(path, error.problem, remedy: error.remedy) }
        return ConfigError(
            at: error.key.flatMap { config[$0] } ?? config, path: path, problem: error.problem,
            remedy: error.remedy)
    }
}
