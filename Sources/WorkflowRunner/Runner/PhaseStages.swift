/// How a phase goes through data: its name, whether it trains, and the stages at which hooks act.
///
/// A phase of one's own is one of the two under a name of its own: `.train.named("refine")`.
public struct PhaseStages: Sendable {
    /// The name of the phase, in the runner's `mode` and in logs.
    public let mode: String
    /// Whether its iterations train and are counted.
    public let isTraining: Bool
    /// The stage before its first batch.
    public let beforeEpoch: HookStage
    /// The stage before a batch is used.
    public let beforeIteration: HookStage
    /// The stage after a batch was used.
    public let afterIteration: HookStage
    /// The stage after its last batch.
    public let afterEpoch: HookStage

    /// The stages of `train`.
    public static let train = PhaseStages(
        mode: "train", isTraining: true, beforeEpoch: .beforeTrainEpoch,
        beforeIteration: .beforeTrainIteration, afterIteration: .afterTrainIteration,
        afterEpoch: .afterTrainEpoch)

    /// The stages of `val`.
    public static let validation = PhaseStages(
        mode: "val", isTraining: false, beforeEpoch: .beforeValidationEpoch,
        beforeIteration: .beforeValidationIteration, afterIteration: .afterValidationIteration,
        afterEpoch: .afterValidationEpoch)

    /// The stages of a test.
    public static let test = PhaseStages(
        mode: "test", isTraining: false, beforeEpoch: .beforeTestEpoch,
        beforeIteration: .beforeTestIteration, afterIteration: .afterTestIteration,
        afterEpoch: .afterTestEpoch)

    /// The stages around the phase where it evaluates.
    var loop: (before: HookStage, after: HookStage) {
        beforeEpoch == .beforeTestEpoch
            ? (.beforeTest, .afterTest) : (.beforeValidation, .afterValidation)
    }

    /// The same stages under another name.
    public func named(_ mode: String) -> PhaseStages {
        PhaseStages(
            mode: mode, isTraining: isTraining, beforeEpoch: beforeEpoch,
            beforeIteration: beforeIteration, afterIteration: afterIteration,
            afterEpoch: afterEpoch)
    }
}
