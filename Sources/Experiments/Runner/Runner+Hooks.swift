public import ConfigCore
import Logging
import NeuralNet
import TensorCore
public import WorkflowRunner

extension Runner {
    /// The runner of the engine: that of training once it has begun, before it one that stands by.
    var active: BaseRunner { get throws { try session?.finished?.runner ?? standbyRunner() } }

    /// What acts where nothing is trained: it has the model, the hooks and the work directory.
    private func standbyRunner() throws -> EpochBasedRunner {
        if let standby { return standby }
        // What is wrong with a hook is told before any file is made.
        let hooks = try listedHooks() + setup.built.hooks + addedHooks
        let runner = try makeRunner(optimizer: setup.built.wrappers)
        for (hook, priority) in hooks {
            try runner.register(hook, priority: priority)
        }
        standby = runner
        return runner
    }

    private func makeRunner(optimizer: OptimizerSet?) throws -> EpochBasedRunner {
        let runner = try EpochBasedRunner(
            RunnerDefaults(
                model: model, optimizer: optimizer, workDirectory: workDir, logger: logger,
                device: device, generator: generator, seed: seed, timestamp: timestamp),
            maxEpochs: 0)
        runner.hasLoopStages = true
        return runner
    }

    /// Makes the runner that stands by anew, with the hooks that it has.
    func renewStandby() throws {
        guard let old = standby else { return }
        let runner = try makeRunner(optimizer: setup.built.wrappers)
        for entry in old.registeredHooks {
            try runner.register(entry.hook, priority: entry.priority)
        }
        standby = runner
    }

    /// A runner that evaluates, with the model and the hooks of training.
    func evaluatingRunner() throws -> EpochBasedRunner {
        guard let trained = session?.finished?.runner else { return try standbyRunner() }
        let runner = try makeRunner(optimizer: nil)
        (runner.epoch, runner.iteration) = (trained.epoch, trained.iteration)
        // What steps belongs to the training, which may save a checkpoint yet.
        for entry in trained.registeredHooks where !(entry.hook is OptimWrapperHook) {
            try runner.register(entry.hook, priority: entry.priority)
        }
        return runner
    }

    /// The hooks of the config; those that stand for one of its keys come in its place.
    private func listedHooks() throws -> [(hook: any Hook, priority: HookPriority)] {
        let context = registries.context()
        var own = setup.built.defaultHooks
        var hooks: [(hook: any Hook, priority: HookPriority)] = []
        for listed in try experiment.hooks.listed ?? [] {
            let key = own.keys.first { listed.path == "default_hooks.\($0)" }
            if let key, let hook = own.removeValue(forKey: key) {
                hooks.append((hook, hook.ownPriority))
            } else {
                hooks.append(try build(listed.config, at: listed.path, context))
            }
        }
        hooks += own.sorted { $0.key < $1.key }.map { ($0.value, $0.value.ownPriority) }
        return hooks
    }

    private func build(_ config: ConfigNode, at path: String, _ context: BuildContext) throws -> (
        hook: any Hook, priority: HookPriority
    ) {
        let given = try config["priority"].map {
            try HookPriority(config: $0, at: ConfigPath.join(path, key: "priority"))
        }
        let hook = try registries.hooks.build(config.removing("priority"), at: path, context)
        return (hook, given ?? hook.ownPriority)
    }

    /// The config under the name that the hook has in new-style configs.
    private func scoped(_ config: ConfigNode) throws -> ConfigNode {
        var reader = try ConfigReader(cfg, at: "")
        return try NewStyleInterpreter.Scopes(&reader).resolving(
            config, in: registries.hooks.names)
    }

    /// The hooks that were built ahead, for the training to come.
    func registeredHooks() throws -> [(hook: any Hook, priority: HookPriority)] {
        try standbyRunner().registeredHooks.map { ($0.hook, $0.priority) }
    }

    /// The hooks in the order in which they act.
    public var hooks: [any Hook] { get throws { try active.hooks } }

    /// Which hooks act at which stage, as it is logged at start.
    public func getHooksInfo() throws -> String { try active.hookTable }

    /// Lets the hooks act that joined a stage of the original's name, such as `before_train_epoch`.
    public func callHook(_ name: String) throws { try active.callHook(named: name) }

    /// Adds a hook behind those of its priority: that of the argument, of the config, or the hook's own.
    ///
    /// Errors: throws where this very instance is registered already, or the config is wrong.
    public func registerHook(_ hook: RunnerPart<any Hook>, priority: HookPriority? = nil) throws {
        var added: (hook: any Hook, priority: HookPriority)
        switch hook {
        case .built(let hook): added = (hook, hook.ownPriority)
        case .config(let node):
            added = try build(scoped(node), at: "hook", registries.context())
        }
        if let priority { added.priority = priority }
        try active.register(added.hook, priority: added.priority)
        addedHooks.append(added)
    }

    /// Merges configs of default hooks into those of the run; `nil` for a key takes its hook away.
    ///
    /// Errors: throws `RunnerError` once the run has begun.
    public func registerDefaultHooks(_ hooks: [String: ConfigNode?]) throws {
        try refuseOnceBegun("register_default_hooks")
        for (key, config) in hooks.sorted(by: { $0.key < $1.key }) {
            setup.cfg = setup.cfg.setting(
                "default_hooks", key, to: config ?? ConfigNode(.null))
        }
        _ = try experiment
        standby = nil
    }

    /// Adds hooks of configs to those of the run.
    public func registerCustomHooks(_ hooks: [RunnerPart<any Hook>]) throws {
        for hook in hooks { try registerHook(hook) }
    }

    /// Does what `registerDefaultHooks` and `registerCustomHooks` do.
    public func registerHooks(
        defaultHooks: [String: ConfigNode?] = [:], customHooks: [RunnerPart<any Hook>] = []
    ) throws {
        try registerDefaultHooks(defaultHooks)
        try registerCustomHooks(customHooks)
    }

    func refuseOnceBegun(_ method: String) throws {
        guard session == nil else {
            throw RunnerError(method, "the run has begun already", remedy: "call it before train")
        }
    }
}
