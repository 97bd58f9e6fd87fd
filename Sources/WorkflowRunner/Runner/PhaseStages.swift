/// The stages of a phase that goes through data.
struct PhaseStages {
    let mode: String
    let isTraining: Bool
    let beforeEpoch: HookStage
    let beforeIteration: HookStage
    let afterIteration: HookStage
    let afterEpoch: HookStage

    static let train = PhaseStages(
        mode: "train", isTraining: true, beforeEpoch: .beforeTrainEpoch,
        beforeIteration: .beforeTrainIteration, afterIteration: .afterTrainIteration,
        afterEpoch: .afterTrainEpoch)

    static let validation = PhaseStages(
        mode: "val", isTraining: false, beforeEpoch: .beforeValidationEpoch,
        beforeIteration: .beforeValidationIteration, afterIteration: .afterValidationIteration,
        afterEpoch: .afterValidationEpoch)
}
