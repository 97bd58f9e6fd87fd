import Dispatch

/// Measures how long iterations take, and how much of it is waiting for data.
///
/// Source: MMCV's `IterTimerHook`.
public final class IterTimerHook: BeforeEpoch, BeforeIteration, AfterIteration {
    private let now: () -> Double
    private var start: Double

    /// A timer by a clock that gives seconds; by default one that only goes forward.
    public init(now: (() -> Double)? = nil) {
        let now = now ?? Self.monotonicClock()
        self.now = now
        start = now()
    }

    /// Begins to measure.
    public func beforeEpoch(_ runner: BaseRunner) { restart() }

    /// Logs how long the batch took to come.
    public func beforeIteration(_ runner: BaseRunner) {
        runner.logBuffer.update("data_time", now() - start)
    }

    /// Logs how long the iteration took.
    public func afterIteration(_ runner: BaseRunner) {
        let end = now()
        runner.logBuffer.update("time", end - start)
        start = end
    }

    /// Leaves what happened since the last iteration out of the next one's time.
    func restart() { start = now() }

    private static func monotonicClock() -> () -> Double {
        let origin = DispatchTime.now().uptimeNanoseconds
        return { Double(DispatchTime.now().uptimeNanoseconds - origin) * 1e-9 }
    }
}
