public import ConfigCore

extension BaseRunner {
    /// The hooks in the order in which they act.
    public var hooks: [any Hook] { hookList.registered.map(\.hook) }

    /// The hooks with their priorities and stages.
    public var registeredHooks: [RegisteredHook] { hookList.registered }

    /// Which hooks act at which stage, as it is logged at start.
    public var hookTable: String { hookList.table }

    /// Adds a hook behind those of its priority.
    ///
    /// Errors: throws where this very instance is registered already.
    public func register(_ hook: any Hook, priority: HookPriority = .normal) throws {
        guard hookList.insert(hook, priority: priority) else {
            throw RunnerError(
                "register", "this \(hook.name) is registered already",
                remedy: "make another instance")
        }
    }

    /// Adds the hook that a config describes, with the `priority` it says.
    ///
    /// - Parameters:
    ///   - config: A mapping with the hook's name under `type`.
    ///   - path: The way to the mapping, for messages.
    ///   - priority: The priority where the config has none; nil is the hook's own, or NORMAL.
    ///   - context: Provides the registry of hooks; the standard one by default.
    /// - Throws: `ConfigError` where the config is wrong.
    public func register(
        from config: ConfigNode, at path: String, priority: HookPriority? = nil,
        context: BuildContext? = nil
    ) throws {
        let context = context ?? .standardHooks
        let given = try config["priority"].map {
            try HookPriority(config: $0, at: ConfigPath.join(path, key: "priority"))
        }
        let registry = try context.value(Registry<any Hook>.self)
        let hook = try registry.build(config.removing("priority"), at: path, context)
        let own = (hook as? any PrioritizedHook)?.defaultPriority ?? .normal
        try register(hook, priority: given ?? priority ?? own)
    }

    /// Puts the weights for evaluation into the model, or those that train, where hooks tell them apart.
    func useWeights(forEvaluation: Bool) throws {
        for hook in hookList.evaluationWeights {
            try hook.useWeights(forEvaluation: forEvaluation)
        }
    }

    /// Lets the hooks act that joined a stage of that name.
    public func callHook(named name: String) throws {
        guard let stage = HookStage(name: name) else {
            throw HookStage.unknown(name, at: "call_hook")
        }
        try callHook(stage)
    }

    /// Lets the hooks act that joined a stage, by priority.
    public func callHook(_ stage: HookStage) throws {
        let actions = hookList.actions(at: stage)
        if !actions.isEmpty { try perform(actions, at: stage) }
    }

    /// Lets the rest of a stage's hooks act, those a resumed checkpoint had not come to.
    func performPending(_ keys: [String], at stage: HookStage) throws {
        try perform(hookList.actions(at: stage).filter { keys.contains($0.key) }, at: stage)
    }

    private func perform(_ actions: [HookAction], at stage: HookStage) throws {
        // What a hook calls in its turn belongs to the stage the run itself is at.
        guard stageInProgress == nil else {
            for action in actions { try perform(action, at: stage) }
            return
        }
        stageInProgress = StageInProgress(stage: stage, actions: actions)
        for place in actions.indices {
            stageInProgress?.done = place + 1
            do {
                try perform(actions[place], at: stage)
            } catch let stop as StopRequested {
                stageInProgress?.done = place
                throw stop
            } catch {
                stageInProgress = nil
                throw error
            }
        }
        stageInProgress = nil
    }

    private func perform(_ action: HookAction, at stage: HookStage) throws {
        do {
            try action.run(self)
        } catch {
            throw Self.placed(error, hook: action.key, stage)
        }
    }

    /// Errors that name their own place in a config, or end the run as asked, stay as they are.
    private static func placed(_ error: any Error, hook: String, _ stage: HookStage) -> any Error {
        switch error {
        case is HookError, is ConfigError, is RunInterrupted, is StopRequested: error
        default: HookError(hook: hook, stage: stage, underlying: error)
        }
    }
}
