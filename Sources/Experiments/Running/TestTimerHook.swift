import WorkflowRunner

/// Lets a run's timer measure the iterations of tests, too, as MMEngine's does.
final class TestTimerHook: BeforeTestEpoch, BeforeTestIteration, AfterTestIteration {
    private let timer: IterTimerHook

    /// A hook for the timer that is registered; nil where there is none.
    init?(_ runner: BaseRunner) {
        let timers = runner.hooks.compactMap { $0 as? IterTimerHook }
        guard let timer = timers.first, !runner.hooks.contains(where: { $0 is TestTimerHook })
        else { return nil }
        self.timer = timer
    }

    var name: String { timer.name }

    func beforeTestEpoch(_ runner: BaseRunner) { timer.beforeEpoch(runner) }
    func beforeTestIteration(_ runner: BaseRunner) { timer.beforeIteration(runner) }
    func afterTestIteration(_ runner: BaseRunner) { timer.afterIteration(runner) }
}
