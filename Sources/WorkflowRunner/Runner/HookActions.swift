/// What a hook does at one stage.
final class HookAction {
    let key: String
    let run: (BaseRunner) throws -> Void

    init(key: String, run: @escaping (BaseRunner) throws -> Void) {
        self.key = key
        self.run = run
    }
}

/// Finds, once, what a hook does at which stage.
enum HookActions {
    typealias Action = (BaseRunner) throws -> Void

    static func actions(of hook: any Hook) -> [HookStage: Action] {
        var actions = ownActions(of: hook)
        for stage in HookStage.allCases {
            guard let action = actions[stage] else { continue }
            for phase in stage.expansion where actions[phase] == nil { actions[phase] = action }
        }
        return actions
    }

    private static func ownActions(of hook: any Hook) -> [HookStage: Action] {
        var actions: [HookStage: Action] = [:]
        if let hook = hook as? any BeforeRun {
            actions[.beforeRun] = { try hook.beforeRun($0) }
        }
        if let hook = hook as? any AfterRun {
            actions[.afterRun] = { try hook.afterRun($0) }
        }
        if let hook = hook as? any BeforeTrain {
            actions[.beforeTrain] = { try hook.beforeTrain($0) }
        }
        if let hook = hook as? any AfterTrain {
            actions[.afterTrain] = { try hook.afterTrain($0) }
        }
        if let hook = hook as? any BeforeTrainEpoch {
            actions[.beforeTrainEpoch] = { try hook.beforeTrainEpoch($0) }
        }
        if let hook = hook as? any BeforeTrainIteration {
            actions[.beforeTrainIteration] = { try hook.beforeTrainIteration($0) }
        }
        if let hook = hook as? any AfterTrainIteration {
            actions[.afterTrainIteration] = { try hook.afterTrainIteration($0) }
        }
        if let hook = hook as? any AfterTrainEpoch {
            actions[.afterTrainEpoch] = { try hook.afterTrainEpoch($0) }
        }
        if let hook = hook as? any BeforeValidation {
            actions[.beforeValidation] = { try hook.beforeValidation($0) }
        }
        if let hook = hook as? any AfterValidation {
            actions[.afterValidation] = { try hook.afterValidation($0) }
        }
        if let hook = hook as? any BeforeValidationEpoch {
            actions[.beforeValidationEpoch] = { try hook.beforeValidationEpoch($0) }
        }
        if let hook = hook as? any BeforeValidationIteration {
            actions[.beforeValidationIteration] = { try hook.beforeValidationIteration($0) }
        }
        if let hook = hook as? any AfterValidationIteration {
            actions[.afterValidationIteration] = { try hook.afterValidationIteration($0) }
        }
        if let hook = hook as? any AfterValidationEpoch {
            actions[.afterValidationEpoch] = { try hook.afterValidationEpoch($0) }
        }
        if let hook = hook as? any BeforeTest {
            actions[.beforeTest] = { try hook.beforeTest($0) }
        }
        if let hook = hook as? any AfterTest {
            actions[.afterTest] = { try hook.afterTest($0) }
        }
        if let hook = hook as? any BeforeTestEpoch {
            actions[.beforeTestEpoch] = { try hook.beforeTestEpoch($0) }
        }
        if let hook = hook as? any BeforeTestIteration {
            actions[.beforeTestIteration] = { try hook.beforeTestIteration($0) }
        }
        if let hook = hook as? any AfterTestIteration {
            actions[.afterTestIteration] = { try hook.afterTestIteration($0) }
        }
        if let hook = hook as? any AfterTestEpoch {
            actions[.afterTestEpoch] = { try hook.afterTestEpoch($0) }
        }
        if let hook = hook as? any BeforeEpoch {
            actions[.beforeEpoch] = { try hook.beforeEpoch($0) }
        }
        if let hook = hook as? any AfterEpoch {
            actions[.afterEpoch] = { try hook.afterEpoch($0) }
        }
        if let hook = hook as? any BeforeIteration {
            actions[.beforeIteration] = { try hook.beforeIteration($0) }
        }
        if let hook = hook as? any AfterIteration {
            actions[.afterIteration] = { try hook.afterIteration($0) }
        }
        if let hook = hook as? ClosureHook { actions.merge(hook.actions) { $1 } }
        // These two come with a checkpoint and are called where one is saved or loaded.
        if hook is any BeforeSaveCheckpoint {
            actions[.beforeSaveCheckpoint] = { _ in throw needsCheckpoint(.beforeSaveCheckpoint) }
        }
        if hook is any AfterLoadCheckpoint {
            actions[.afterLoadCheckpoint] = { _ in throw needsCheckpoint(.afterLoadCheckpoint) }
        }
        return actions
    }

    private static func needsCheckpoint(_ stage: HookStage) -> RunnerError {
        RunnerError(
            "call_hook", "\(stage.name) comes with a checkpoint",
            remedy: "save or load one instead of calling the stage")
    }
}
