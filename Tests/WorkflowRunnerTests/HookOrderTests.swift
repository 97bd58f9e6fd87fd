import ConfigCore
import Foundation
import Testing
import TrainingInterfaces
import WorkflowRunner

final class EmptyHook: Hook {}
final class RunHook: BeforeRun, AfterRun {
    func beforeRun(_ runner: BaseRunner) {}
    func afterRun(_ runner: BaseRunner) {}
}
final class AnyIterHook: BeforeIteration, AfterIteration {
    func beforeIteration(_ runner: BaseRunner) {}
    func afterIteration(_ runner: BaseRunner) {}
}
final class AnyEpochHook: BeforeEpoch, AfterEpoch {
    func beforeEpoch(_ runner: BaseRunner) {}
    func afterEpoch(_ runner: BaseRunner) {}
}
final class ValOnlyHook: BeforeValidationEpoch, AfterValidationIteration {
    func beforeValidationEpoch(_ runner: BaseRunner) {}
    func afterValidationIteration(_ runner: BaseRunner) {}
}
final class MixedHook: AfterEpoch, BeforeTrainIteration, AfterRun {
    func afterEpoch(_ runner: BaseRunner) {}
    func beforeTrainIteration(_ runner: BaseRunner) {}
    func afterRun(_ runner: BaseRunner) {}
}
final class TrainIterHook: AfterTrainIteration {
    func afterTrainIteration(_ runner: BaseRunner) {}
}

@Suite("hooks are ordered as MMCV orders them") struct HookOrderTests {
    private var context: BuildContext {
        var registry = Registry<any Hook>.standardHooks()
        registry.register("EmptyHook") { _, _ in EmptyHook() }
        registry.register("RunHook") { _, _ in RunHook() }
        registry.register("AnyIterHook") { _, _ in AnyIterHook() }
        registry.register("AnyEpochHook") { _, _ in AnyEpochHook() }
        registry.register("ValOnlyHook") { _, _ in ValOnlyHook() }
        registry.register("MixedHook") { _, _ in MixedHook() }
        registry.register("TrainIterHook") { _, _ in TrainIterHook() }
        var context = BuildContext()
        context.provide(registry)
        return context
    }

    @Test("recorded registrations")
    func recorded() throws {
        var failures: [String] = []
        for recorded in try recordedCases("hook_order.json") {
            let name = recorded["name"] as? String ?? ""
            if let failure = try compare(recorded) { failures.append("\(name): \(failure)") }
        }
        #expect(failures == [])
    }

    private func compare(_ recorded: [String: Any]) throws -> String? {
        guard let input = recorded["input"] as? [String: Any],
            let expected = recorded["expected"] as? [String: Any]
        else { return "unreadable" }
        let ours = recorded["ours"] as? String
        if ours == "either" { return nil }
        let toy = try Toy()
        let runner: BaseRunner =
            input["runner"] as? String == "EpochBasedRunner"
            ? try EpochBasedRunner(toy.defaults, maxEpochs: 4)
            : try IterBasedRunner(toy.defaults, maxIterations: 8)
        do {
            try register(input, runner)
            if expected["error"] != nil && ours != "accepts" { return "no error" }
        } catch {
            if expected["error"] == nil { return "\(error)" }
        }
        if ours == "accepts" { return nil }
        let info = expected["hook_info"] as? String ?? ""
        if runner.hookTable != info { return "table\n\(runner.hookTable)" }
        let hooks = (expected["hooks"] as? [[String: Any]] ?? []).map { hook in
            "\(hook["name"] ?? "") \(hook["priority"] ?? "") \((hook["stages"] as? [String] ?? []))"
        }
        let found = runner.registeredHooks.map {
            "\($0.hook.name) \($0.priority.rawValue) \($0.stages.map(\.name))"
        }
        return hooks == found ? nil : "\(found)"
    }

    private func register(_ input: [String: Any], _ runner: BaseRunner) throws {
        if let configs = input["training_hooks"] as? [String: Any] {
            let timer = configs.keys.contains("timer_config")
            try runner.registerTrainingHooks(
                lrConfig: configs["lr_config"].map(configNode),
                optimizerConfig: configs["optimizer_config"].map(configNode),
                checkpointConfig: configs["checkpoint_config"].map(configNode),
                logConfig: configs["log_config"].map(configNode),
                momentumConfig: configs["momentum_config"].map(configNode),
                timerConfig: timer
                    ? configs["timer_config"].map(configNode) : ["type": "IterTimerHook"],
                customHooks: configs["custom_hooks_config"].map(configNode), context: context)
        }
        for call in input["then"] as? [[String: Any]] ?? [] {
            let priority = try call["priority"].map {
                try HookPriority(config: configNode($0), at: "priority")
            }
            switch call["call"] as? String {
            case "register_hook":
                let type = configNode(call["hook"] ?? "")
                let registry = try context.value(Registry<any Hook>.self)
                let hook = try registry.build(["type": type], at: "hook", context)
                try runner.register(hook, priority: priority ?? .normal)
            case "register_same_hook_twice":
                let hook = EmptyHook()
                try runner.register(hook)
                try runner.register(hook)
            case "register_eval_hook":
                try runner.register(
                    EvalHook(loader: ToySource(1), evaluator: ToyEvaluator([])),
                    priority: priority ?? .normal)
            case "register_custom_hooks":
                for hook in call["hooks"] as? [Any] ?? [] {
                    try runner.register(
                        from: configNode(hook), at: "custom_hooks", context: context)
                }
            default: throw RunnerError("test", "unknown call \(call)")
            }
        }
    }

    @Test("messages of hooks that cannot be registered")
    func messages() throws {
        let cases: [(hook: ConfigNode, message: String)] = [
            (
                ["type": "TextLogerHook"],
                "custom_hooks[0].type: \"TextLogerHook\" is not a known hook; did you mean \"TextLoggerHook\"?"
            ),
            (
                ["type": "IterTimerHook", "priority": "VERY_HIHG"],
                "custom_hooks[0].priority: \"VERY_HIHG\" is not a known priority; did you mean \"VERY_HIGH\"?"
            ),
            (
                ["type": "IterTimerHook", "priority": 101],
                "custom_hooks[0].priority: expected a number from 0 to 100, got 101"
            ),
        ]
        for (hook, message) in cases {
            let runner = try EpochBasedRunner(Toy().defaults, maxEpochs: 1)
            let error = #expect(throws: ConfigError.self) {
                try runner.registerTrainingHooks(lrConfig: nil, customHooks: [hook])
            }
            #expect(error?.description == message)
        }
    }

    @Test("unknown stages and hooks registered twice")
    func refused() throws {
        let runner = try EpochBasedRunner(Toy().defaults, maxEpochs: 1)
        let hook = EmptyHook()
        try runner.register(hook)
        #expect(throws: RunnerError.self) { try runner.register(hook) }
        let error = #expect(throws: RunnerError.self) {
            try runner.callHook(named: "before_train_iters")
        }
        #expect(
            error?.description
                == "call_hook: \"before_train_iters\" is not a known stage; did you mean \"before_train_iter\"?"
        )
    }
}

/// A recorded JSON value as a config.
func configNode(_ value: Any) -> ConfigNode {
    switch value {
    case let text as String: return ConfigNode(.string(text))
    case let list as [Any]: return ConfigNode(.list(list.map(configNode)))
    case let mapping as [String: Any]:
        return ConfigNode(
            .mapping(
                ConfigMapping(
                    mapping.sorted { $0.key < $1.key }.map { ($0.key, configNode($0.value)) })))
    case let number as NSNumber:
        switch String(cString: number.objCType) {
        case "c", "B": return ConfigNode(.bool(number.boolValue))
        case "d", "f": return ConfigNode(.double(number.doubleValue))
        default: return ConfigNode(.int(number.intValue))
        }
    default: return nil
    }
}
