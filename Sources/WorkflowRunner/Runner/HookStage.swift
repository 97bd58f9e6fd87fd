import ConfigCore

/// A moment of a run at which hooks act.
///
/// The order is that in which the table of hooks lists them.
public enum HookStage: Int, CaseIterable, Sendable {
    case beforeRun, afterLoadCheckpoint
    case beforeTrain, beforeTrainEpoch, beforeTrainIteration
    case afterTrainIteration, afterTrainEpoch
    case beforeValidation, beforeValidationEpoch, beforeValidationIteration
    case afterValidationIteration, afterValidationEpoch, afterValidation
    case beforeSaveCheckpoint, afterTrain
    case beforeTest, beforeTestEpoch, beforeTestIteration
    case afterTestIteration, afterTestEpoch, afterTest
    case afterRun
    /// Stages of both phases; the iteration runner calls the first two on their own.
    case beforeEpoch, afterEpoch, beforeIteration, afterIteration

    private static let names = [
        "before_run", "after_load_checkpoint",
        "before_train", "before_train_epoch", "before_train_iter",
        "after_train_iter", "after_train_epoch",
        "before_val", "before_val_epoch", "before_val_iter",
        "after_val_iter", "after_val_epoch", "after_val",
        "before_save_checkpoint", "after_train",
        "before_test", "before_test_epoch", "before_test_iter",
        "after_test_iter", "after_test_epoch", "after_test",
        "after_run",
        "before_epoch", "after_epoch", "before_iter", "after_iter",
    ]

    /// The original's name of the stage, such as `before_train_iter`.
    public var name: String { Self.names[rawValue] }

    /// The stage of that name, or nil.
    public init?(name: String) {
        guard let place = Self.names.firstIndex(of: name) else { return nil }
        self.init(rawValue: place)
    }

    /// The error of a name that is no stage's.
    static func unknown(_ name: String, at place: String) -> RunnerError {
        let remedy =
            Spelling.suggestion(for: name, among: names).map { "did you mean \"\($0)\"?" }
        return RunnerError(place, "\"\(name)\" is not a known stage", remedy: remedy)
    }

    /// The stages that a both-phase stage stands for where a hook has nothing of its own for them.
    var expansion: [HookStage] {
        switch self {
        case .beforeEpoch: [.beforeTrainEpoch, .beforeValidationEpoch]
        case .afterEpoch: [.afterTrainEpoch, .afterValidationEpoch]
        case .beforeIteration: [.beforeTrainIteration, .beforeValidationIteration]
        case .afterIteration: [.afterTrainIteration, .afterValidationIteration]
        default: []
        }
    }

    /// Whether the stage stands for others.
    var isBothPhase: Bool { rawValue >= HookStage.beforeEpoch.rawValue }
}
