/// Numbers the passes of a distributed sampler by the runner's epoch.
///
/// Runners here begin every pass by its number, so that the hook has nothing left to do.
/// Source: MMCV's `DistSamplerSeedHook`.
public final class DistSamplerSeedHook: BeforeEpoch, RunChecking {
    /// The hook.
    public init() {}

    /// Nothing: the runner tells the loader its epoch.
    public func beforeEpoch(_ runner: BaseRunner) {}

    /// Refuses a run by iterations, where the original fails as it starts.
    public func check(_ runner: BaseRunner, _ sources: [PhaseSource]) throws {
        guard runner.countsByEpoch else {
            throw RunnerError(
                "DistSamplerSeedHook", "the runner counts iterations and numbers its passes itself",
                remedy: "leave the hook out, or use EpochBasedRunner")
        }
    }
}
