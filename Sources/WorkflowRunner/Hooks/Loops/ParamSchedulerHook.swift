import TrainingInterfaces

/// Lets the run's schedulers step.
///
/// Source: MMEngine's `ParamSchedulerHook`.
public final class ParamSchedulerHook: AfterTrainIteration, AfterTrainEpoch, AfterValidationEpoch,
    RunChecking, PrioritizedHook
{
    /// The hook.
    public init() {}

    /// LOW.
    public var defaultPriority: HookPriority { .low }

    /// Finds metrics to look at that nobody gives.
    public func check(_ runner: BaseRunner, _ sources: [PhaseSource]) throws {
        let evaluator = runner.evaluation?.evaluator as? any ForeseeableEvaluator
        guard let names = evaluator?.metricNames, !names.isEmpty else { return }
        for (_, schedulers) in runner.schedulers?.entries ?? [] {
            for case let scheduler as PlateauScheduler in schedulers.schedulers {
                try scheduler.checkMetric(among: names) {
                    names.contains($0) || runner.mayReport($0)
                }
            }
        }
    }

    /// Steps those that count iterations.
    public func afterTrainIteration(_ runner: BaseRunner) throws {
        try runner.schedulers?.stepIteration()
    }

    /// Steps those that count epochs; a run by iterations is one epoch, which ends with it.
    public func afterTrainEpoch(_ runner: BaseRunner) throws { try runner.schedulers?.stepEpoch() }

    /// Shows the metrics to those that look at them.
    public func afterValidationEpoch(_ runner: BaseRunner) throws {
        guard let evaluation = runner.evaluation, !runner.isStopping else { return }
        try runner.schedulers?.step(
            metrics: Dictionary(evaluation.metrics.map { ($0.name, $0.value) }) { $1 })
    }
}
