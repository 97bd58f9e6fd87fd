internal import ConfigCore
internal import TensorCore
internal import TrainingInterfaces
internal import WorkflowRunner

/// Makes the registrations that a case lists, with the hook classes of its file.
struct HookCalls {
    private let context: BuildContext
    private let hooks: Registry<any Hook>

    /// The standard hooks, and classes of those stages: `{"RunHook": ["before_run", "after_run"]}`.
    init(classes: ConfigNode?) throws {
        var hooks = Registry<any Hook>.standardHooks()
        for (name, methods) in classes?.entries ?? ConfigMapping() {
            let stages = try methods.elements().map { method in
                guard let stage = HookStage(name: try method.text()) else {
                    throw UnknownOperation("the stage \(try method.text())")
                }
                return stage
            }
            hooks.register(name, force: true) { _, _ in Self.hook(name, stages) }
        }
        var context = BuildContext()
        context.provide(hooks)
        self.hooks = hooks
        self.context = context
    }

    private static func hook(_ name: String, _ stages: [HookStage]) -> ClosureHook {
        var actions: [HookStage: ClosureHook.Action] = [:]
        for stage in stages { actions[stage] = { _ in } }
        return ClosureHook(name: name, actions: actions)
    }

    /// Registers everything in order.
    func make(_ input: ConfigNode, on runner: BaseRunner) throws {
        if let configs = input.given("training_hooks") { try register(configs, on: runner) }
        for call in try input.given("then")?.elements() ?? [] { try make(call: call, on: runner) }
    }

    private func register(_ configs: ConfigNode, on runner: BaseRunner) throws {
        let known = [
            "lr_config", "optimizer_config", "checkpoint_config", "log_config", "momentum_config",
            "timer_config", "custom_hooks_config",
        ]
        if let stranger = configs.entries.keys.first(where: { !known.contains($0) }) {
            throw RunnerError(stranger, "unknown argument")
        }
        try runner.registerTrainingHooks(
            lrConfig: configs["lr_config"], optimizerConfig: configs["optimizer_config"],
            checkpointConfig: configs["checkpoint_config"], logConfig: configs["log_config"],
            momentumConfig: configs["momentum_config"],
            timerConfig: configs["timer_config"] ?? ["type": "IterTimerHook"],
            customHooks: configs["custom_hooks_config"], context: context)
    }

    private func make(call: ConfigNode, on runner: BaseRunner) throws {
        let priority = try call["priority"].map { try HookPriority(config: $0, at: "priority") }
        switch try call.field("call").text() {
        case "register_hook":
            try runner.register(built(try call.field("hook")), priority: priority ?? .normal)
        case "register_same_hook_twice":
            let hook = try built(call.given("hook") ?? "IterTimerHook")
            try runner.register(hook, priority: priority ?? .normal)
            try runner.register(hook, priority: priority ?? .normal)
        case "register_eval_hook":
            let options = try (call.given("args") ?? [:]).decode(at: "args") {
                try EvaluationOptions(from: &$0)
            }
            let loader = NumberedBatches(loader: 0, count: 1)
            try runner.register(
                EvalHook(loader: loader, evaluator: NoMetrics(), options: options),
                priority: priority ?? .normal)
        case "register_custom_hooks":
            try runner.registerTrainingHooks(
                lrConfig: nil, timerConfig: nil, customHooks: try call.field("hooks"),
                context: context)
        case let other: throw UnknownOperation("the call \(other)")
        }
    }

    /// The hook of a name, or of a config.
    private func built(_ hook: ConfigNode) throws -> any Hook {
        let config: ConfigNode = hook.string == nil ? hook : ["type": hook]
        return try hooks.build(config, at: "hook", context)
    }
}

/// An evaluator that is never asked.
private final class NoMetrics: Evaluator {
    func process(_ batch: Batch, predictions: PlainTensor) {}
    func compute() -> [(name: String, value: Double)] { [] }
}
