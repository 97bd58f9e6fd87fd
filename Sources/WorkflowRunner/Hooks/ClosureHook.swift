import ConfigCore

/// A hook that is a function called at a stage.
///
/// Source: MMCV's `ClosureHook`.
public final class ClosureHook: Hook {
    /// What happens at a stage.
    public typealias Action = (BaseRunner) throws -> Void

    /// The name in the table of hooks.
    public let name: String
    let actions: [HookStage: Action]

    /// A hook that calls `action` at a stage.
    public init(_ stage: HookStage, name: String = "ClosureHook", action: @escaping Action) {
        self.name = name
        actions = [stage: action]
    }

    /// A hook that calls a function at each of several stages.
    public init(name: String, actions: [HookStage: Action]) {
        self.name = name
        self.actions = actions
    }

    /// A hook that calls `action` at the stage the original calls `function`, such as `after_train_iter`.
    ///
    /// Errors: throws where there is no such stage.
    public convenience init(_ function: String, action: @escaping Action) throws {
        guard let stage = HookStage(name: function) else {
            throw HookStage.unknown(function, at: "ClosureHook")
        }
        self.init(stage, action: action)
    }

    /// Refuses a config: none can hold a function.
    static func refuse(_ reader: inout ConfigReader) -> ConfigError {
        reader.failure(
            "type", "a config cannot hold a function",
            remedy:
                "register ClosureHook(.afterTrainIteration) { runner in … } in a program of your own"
        )
    }
}
