public import ConfigCore
import Logging

/// Takes the settings of the hook that empties CUDA's cache; on a CPU there is none.
///
/// Source: MMCV's `EmptyCacheHook`.
public final class EmptyCacheHook: BeforeEpoch, AfterEpoch, AfterIteration {
    private var hasTold = false

    /// The hook.
    public init() {}

    /// Checks `before_epoch`, `after_epoch` and `after_iter`.
    public convenience init(from reader: inout ConfigReader) throws {
        for key in ["before_epoch", "after_epoch", "after_iter"] {
            _ = try reader.value(key, default: false)
        }
        self.init()
    }

    /// Says once that there is nothing to do.
    public func beforeEpoch(_ runner: BaseRunner) {
        guard !hasTold else { return }
        hasTold = true
        runner.logger.info("EmptyCacheHook: a CPU has no CUDA cache, there is nothing to empty")
    }

    /// Nothing.
    public func afterEpoch(_ runner: BaseRunner) {}

    /// Nothing.
    public func afterIteration(_ runner: BaseRunner) {}
}
