internal import WorkflowRunner

/// Notes every stage that a runner comes to, with the runner's state at that moment.
final class StageRecorder {
    /// A stage and the state.
    struct Entry: Equatable, CustomStringConvertible {
        let stage: String
        let mode: String?
        let epoch: Int
        let iteration: Int
        let innerIteration: Int

        var description: String {
            "\(stage) mode=\(mode ?? "none") epoch=\(epoch) iter=\(iteration) "
                + "inner=\(innerIteration)"
        }
    }

    private(set) var entries: [Entry] = []

    /// Notes a stage at which a hook is called.
    func note(_ stage: HookStage, _ runner: BaseRunner) {
        entries.append(
            Entry(
                stage: stage.name, mode: runner.mode, epoch: runner.epoch,
                iteration: runner.iteration, innerIteration: runner.innerIteration))
    }
}

extension StageRecorder: BeforeRun, AfterRun {
    func beforeRun(_ runner: BaseRunner) { note(.beforeRun, runner) }
    func afterRun(_ runner: BaseRunner) { note(.afterRun, runner) }
}

extension StageRecorder: BeforeTrainEpoch, BeforeTrainIteration, AfterTrainIteration,
    AfterTrainEpoch
{
    func beforeTrainEpoch(_ runner: BaseRunner) { note(.beforeTrainEpoch, runner) }
    func beforeTrainIteration(_ runner: BaseRunner) { note(.beforeTrainIteration, runner) }
    func afterTrainIteration(_ runner: BaseRunner) { note(.afterTrainIteration, runner) }
    func afterTrainEpoch(_ runner: BaseRunner) { note(.afterTrainEpoch, runner) }
}

extension StageRecorder: BeforeValidationEpoch, BeforeValidationIteration, AfterValidationIteration,
    AfterValidationEpoch
{
    func beforeValidationEpoch(_ runner: BaseRunner) { note(.beforeValidationEpoch, runner) }
    func beforeValidationIteration(_ runner: BaseRunner) {
        note(.beforeValidationIteration, runner)
    }
    func afterValidationIteration(_ runner: BaseRunner) { note(.afterValidationIteration, runner) }
    func afterValidationEpoch(_ runner: BaseRunner) { note(.afterValidationEpoch, runner) }
}

extension StageRecorder: BeforeTrain, AfterTrain, BeforeValidation, AfterValidation {
    func beforeTrain(_ runner: BaseRunner) { note(.beforeTrain, runner) }
    func afterTrain(_ runner: BaseRunner) { note(.afterTrain, runner) }
    func beforeValidation(_ runner: BaseRunner) { note(.beforeValidation, runner) }
    func afterValidation(_ runner: BaseRunner) { note(.afterValidation, runner) }
}

extension StageRecorder: BeforeEpoch, AfterEpoch {
    func beforeEpoch(_ runner: BaseRunner) { note(.beforeEpoch, runner) }
    func afterEpoch(_ runner: BaseRunner) { note(.afterEpoch, runner) }
}
