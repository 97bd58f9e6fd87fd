import WorkflowRunner

/// Notes what every training step used: learning rates and momentums of all groups, optimizer by optimizer.
final class ScheduleRecorder: AfterTrainIteration {
    /// The values of one iteration.
    struct Row: Equatable {
        let iteration: Int
        let rates: [[Double]]
        let momentums: [[Double]]
    }

    private(set) var rows: [Row] = []

    func afterTrainIteration(_ runner: BaseRunner) throws {
        rows.append(
            Row(
                iteration: runner.iteration,
                rates: try runner.currentLearningRates.map(\.values),
                momentums: try runner.currentMomentums.map(\.values)))
    }
}
