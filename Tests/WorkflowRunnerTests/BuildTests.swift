import ConfigCore
import NeuralNet
import Testing
import TrainingInterfaces
import WorkflowRunner

@Suite("runners are built from configs") struct BuildTests {
    @Test("the simple example of MMCV's page")
    func simpleExample() throws {
        let folder = try TemporaryFolder()
        let config: ConfigNode = [
            "runner": ["type": "EpochBasedRunner", "max_epochs": 5],
            "lr_config": ["policy": "step", "step": [2, 4]],
            "optimizer_config": ["grad_clip": nil],
            "checkpoint_config": ["interval": 1],
            "log_config": ["interval": 1, "hooks": [["type": "TextLoggerHook"]]],
        ]
        let runnerConfig = try #require(config["runner"])
        let toy = try Toy(workDirectory: folder.path)
        let (train, val) = (ToySource(2), ToySource(1, loader: 1))

        let runner = try buildRunner(runnerConfig, defaults: toy.defaults)
        try runner.registerTrainingHooks(
            lrConfig: config["lr_config"], optimizerConfig: config["optimizer_config"],
            checkpointConfig: config["checkpoint_config"], logConfig: config["log_config"])
        try runner.run([train, val], workflow: [("train", 2), ("val", 1)])

        #expect(runner.epoch == 5)
        #expect(toy.model.seen.map { $0[0] } == [0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1])
    }

    @Test("messages")
    func messages() throws {
        let cases: [(config: ConfigNode, message: String)] = [
            (
                ["type": "EpochBasedRunner", "max_epoch": 3],
                "runner.max_epoch: unknown key; did you mean max_epochs?"
            ),
            (
                ["type": "EpochBasedRuner"],
                "runner.type: \"EpochBasedRuner\" is not a known runner; did you mean \"EpochBasedRunner\"?"
            ),
            (
                ["type": "IterBasedRunner", "max_iters": "many"],
                "runner.max_iters: expected an integer, got the string \"many\""
            ),
            (
                ["type": "EpochBasedRunner", "constructor": "Mine"],
                "runner.constructor: there is no runner constructor but DefaultRunnerConstructor; register a runner of your own and name it under type"
            ),
        ]
        let toy = try Toy()
        for (config, message) in cases {
            let error = #expect(throws: ConfigError.self) {
                try buildRunner(config, defaults: toy.defaults)
            }
            #expect(error?.description == message)
        }
        let both = #expect(throws: RunnerError.self) {
            try buildRunner(
                ["type": "EpochBasedRunner", "max_epochs": 1, "max_iters": 2],
                defaults: toy.defaults)
        }
        #expect(
            both?.description
                == "runner: max_epochs and max_iters are both set; set only one of them")
    }

    @Test("a runner of one's own is registered by name")
    func ownRunner() throws {
        final class OwnRunner: EpochBasedRunner {}
        var registry = Registry<BaseRunner>.standardRunners()
        registry.register("OwnRunner") { reader, context in
            try OwnRunner(
                context.value(RunnerDefaults.self), maxEpochs: try reader.required("max_epochs"))
        }
        let runner = try buildRunner(
            ["type": "OwnRunner", "max_epochs": 2], defaults: Toy().defaults, registry: registry)
        #expect(runner is OwnRunner && runner.maxEpochs == 2)
    }

    @Test("a policy of one's own is registered by name")
    func ownPolicy() throws {
        struct Halving: LearningRateSchedule {
            func value(base: Double, progress: Int, maximum: Int) -> Double {
                base / Double(1 << progress)
            }
        }
        var hooks = Registry<any Hook>.standardHooks()
        LearningRatePolicies.add("Halving", to: &hooks) { _ in Halving() }
        var context = BuildContext()
        context.provide(hooks)
        let toy = try Toy()
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 3)
        try runner.registerTrainingHooks(lrConfig: ["policy": "Halving"], context: context)
        try runner.run([ToySource(1)], workflow: [("train", 1)])
        #expect(try runner.currentLearningRates[0].values == [0.025])
    }

    @Test("a workflow is read from lists, and nothing else is taken for one")
    func workflows() throws {
        let workflow = try Workflow.read([["train", 2], ["val", 1]])
        #expect(Workflow.text(workflow) == "[('train', 2), ('val', 1)]")
        let cases: [(config: ConfigNode, message: String)] = [
            (["train": 1], "workflow: expected a list of [phase, count], got a mapping"),
            ([["train"]], "workflow[0]: expected [phase, count], got a list"),
            (
                [["train", 1], [1, 1]],
                "workflow[1][0]: expected the name of a phase, got the number 1"
            ),
            ([["train", 1.0]], "workflow[0][1]: expected an integer, got the number 1.0"),
        ]
        for (config, message) in cases {
            let error = #expect(throws: ConfigError.self) { try Workflow.read(config) }
            #expect(error?.description == message)
        }
    }
}
