import TorchFile

/// Keeps what is known about the run for checkpoints and logs.
///
/// Source: MMEngine's `RuntimeInfoHook`.
public final class RuntimeInfoHook: BeforeRun, PrioritizedHook {
    /// What the run is called; the time where nobody says.
    public var experimentName: String?

    /// The hook.
    public init() {}

    /// VERY_HIGH.
    public var defaultPriority: HookPriority { .veryHigh }

    /// Notes the seed and the run's name.
    public func beforeRun(_ runner: BaseRunner) throws {
        if runner.hookMessages["seed"] == nil {
            runner.hookMessages["seed"] = .int(Int(truncatingIfNeeded: runner.seed))
        }
        runner.hookMessages["experiment_name"] = .string(experimentName ?? runner.timestamp)
    }
}
