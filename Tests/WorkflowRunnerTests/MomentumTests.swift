import ConfigCore
import NeuralNet
import Testing
import WorkflowRunner

@Suite("momentum follows MMCV's schedules") struct MomentumTests {
    @Test("messages")
    func messages() throws {
        let cases: [(config: ConfigNode, message: String)] = [
            (
                ["policy": "poly"],
                "momentum_config.policy: \"poly\" is not a known policy; known: CosineAnnealing, Cyclic, LinearAnnealing, OneCycle, Step"
            ),
            (
                ["polciy": "step", "step": 1],
                "momentum_config.polciy: unknown key; did you mean policy?"
            ),
            (
                ["policy": "step", "step": 1, "warmup_by_epoch": true],
                "momentum_config.warmup_by_epoch: unknown key; known: type, step, gamma, min_momentum, by_epoch, warmup, warmup_iters, warmup_ratio"
            ),
            (
                ["policy": "CosineAnnealing", "min_momentum": 0, "min_momentum_ratio": 0.5],
                "momentum_config: min_momentum and min_momentum_ratio are both set; set only one of them"
            ),
            (
                ["policy": "OneCycle", "base_momentum": 1],
                "momentum_config.base_momentum: expected a momentum from 0 to below 1, got 1.0"
            ),
            (
                ["policy": "cyclic", "by_epoch": true],
                "momentum_config.by_epoch: the policy counts iterations only; set by_epoch=False"
            ),
        ]
        for (config, message) in cases {
            let runner = try EpochBasedRunner(Toy().defaults, maxEpochs: 1)
            let error = #expect(throws: ConfigError.self) {
                try runner.registerTrainingHooks(lrConfig: nil, momentumConfig: config)
            }
            #expect(error?.description == message)
        }
    }

    @Test("V6: momentum by epoch would do nothing in a run by iterations")
    func v6_momentumByEpochNeedsEpochs() throws {
        let runner = try IterBasedRunner(Toy().defaults, maxIterations: 4)
        try runner.registerTrainingHooks(
            lrConfig: nil, momentumConfig: ["policy": "step", "step": [2]])
        let error = #expect(throws: ConfigError.self) {
            try runner.run([ToySource(2)], workflow: [("train", 1)])
        }
        #expect(
            error?.description
                == "momentum_config: by_epoch is true, but the runner counts iterations; set by_epoch=False"
        )
    }

    @Test("an optimizer without momentum is refused")
    func noMomentum() throws {
        var toy = try Toy(hasOptimizer: false)
        toy.defaults.optimizer = OptimizerSet(
            try OptimWrapper(Adagrad([ParameterGroup([toy.model.weight])])))
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 1)
        try runner.registerTrainingHooks(lrConfig: nil, momentumConfig: ["policy": "OneCycle"])
        let error = #expect(throws: ConfigError.self) {
            try runner.run([ToySource(2)], workflow: [("train", 1)])
        }
        #expect(
            error?.description
                == "momentum_config: Adagrad has no momentum; leave momentum_config out, or use another optimizer"
        )
    }

    @Test("an Adam's second beta stays; groups note what the original notes")
    func notes() throws {
        var toy = try Toy(hasOptimizer: false)
        let group = ParameterGroup([toy.model.weight], options: [("betas", .pair(0.5, 0.99))])
        toy.defaults.optimizer = OptimizerSet(try OptimWrapper(Adam([group])))
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 2)
        try runner.registerTrainingHooks(
            lrConfig: nil,
            momentumConfig: ["policy": "LinearAnnealing", "min_momentum": 0.25, "by_epoch": true])
        try runner.run([ToySource(2)], workflow: [("train", 1)])
        #expect(group["betas"] == .pair(0.375, 0.99))
        #expect(group["initial_momentum"] == .double(0.5))
    }

    @Test("a policy of one's own")
    func ownPolicy() throws {
        var hooks = Registry<any Hook>.standardHooks()
        MomentumPolicies.add("Halving", to: &hooks) { reader in
            StepSchedule(steps: .every(1), gamma: try reader.value("factor", default: 0.5))
        }
        LearningRatePolicies.add("Ramp", to: &hooks, countsOnlyIterations: true) { _ in Ramp() }
        var context = BuildContext()
        context.provide(hooks)
        let runner = try EpochBasedRunner(Toy().defaults, maxEpochs: 2)
        try runner.registerTrainingHooks(
            lrConfig: ["policy": "ramp"], momentumConfig: ["policy": "halving"], context: context)
        let recorder = ScheduleRecorder()
        try runner.register(recorder)
        try runner.run([ToySource(2)], workflow: [("train", 1)])
        let momentums = recorder.rows.map { $0.momentums[0][0] }
        let rates = recorder.rows.map { $0.rates[0][0] }
        let third = 0.1 * 3.0
        #expect(momentums == [0.9, 0.9, 0.45, 0.45])
        #expect(rates == [0, 0.1, 0.2, third])
        #expect(runner.hookTable.contains("HalvingMomentumUpdaterHook"))
    }
}

/// Rises by its base every step.
private struct Ramp: LearningRateSchedule {
    func value(base: Double, progress: Int, maximum: Int) -> Double { base * Double(progress) }
}
