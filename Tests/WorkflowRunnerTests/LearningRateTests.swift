import ConfigCore
import Foundation
import NeuralNet
import Testing
import TorchFile
import TrainingInterfaces
import WorkflowRunner

/// Notes the rates that the optimizer uses.
private final class RateHook: AfterTrainIteration {
    var rows: [[Double]] = []
    func afterTrainIteration(_ runner: BaseRunner) throws {
        rows.append(try runner.currentLearningRates.flatMap(\.values))
    }
}

@Suite("learning rates follow MMCV's schedules") struct LearningRateTests {
    @Test("recorded schedules")
    func recorded() throws {
        let folder = try TemporaryFolder()
        var failures: [String] = []
        for recorded in try recordedCases("lr_schedule_mmcv.json") {
            let name = recorded["name"] as? String ?? ""
            if let failure = try compare(recorded, folder.path) {
                failures.append("\(name): \(failure)")
            }
        }
        #expect(failures == [])
    }

    private func compare(_ recorded: [String: Any], _ folder: String) throws -> String? {
        guard let input = recorded["input"] as? [String: Any],
            let expected = recorded["expected"] as? [String: Any]
        else { return "unreadable" }
        let isRefused = expected["error"] != nil || recorded["ours"] as? String == "refuses"
        let rates = RateHook()
        do {
            try run(input, rates, folder)
            if isRefused { return "no error" }
        } catch {
            return isRefused ? nil : "\(error)"
        }
        let rows = expected["lr"] as? [[Double]] ?? []
        guard rows.count == rates.rows.count else { return "\(rates.rows.count) rows" }
        for (place, (row, ours)) in zip(rows, rates.rows).enumerated() {
            for (a, b) in zip(row, ours) where abs(a - b) > 1e-9 * max(abs(a), 1e-300) {
                return "iteration \(place): \(ours), expected \(row)"
            }
        }
        return nil
    }

    private func run(_ input: [String: Any], _ rates: RateHook, _ folder: String) throws {
        var toy = try Toy(hasOptimizer: false)
        let groups =
            ((input["optimizer"] as? [String: Any])?["groups"] as? [[String: Double]] ?? [])
            .map { group in
                ParameterGroup(
                    [toy.model.weight],
                    options: group.sorted { $0.key < $1.key }.map { ($0, .double($1)) })
            }
        toy.defaults.optimizer = OptimizerSet(try OptimWrapper(SGD(groups)))
        let runner: BaseRunner =
            input["runner"] as? String == "EpochBasedRunner"
            ? try EpochBasedRunner(toy.defaults, maxEpochs: input["max_epochs"] as? Int)
            : try IterBasedRunner(toy.defaults, maxIterations: input["max_iters"] as? Int)
        if let start = input["start"] as? [String: Int] {
            let path = folder + "/start.pth"
            try Checkpoint(
                meta: TorchDictionary(start.map { ($0.key, .int($0.value)) }),
                state: try toy.model.stateDictionary()
            ).write(to: path)
            try runner.resume(path, resumeOptimizer: false)
        }
        try runner.registerTrainingHooks(lrConfig: (input["lr_config"]).map(configNode))
        try runner.register(rates)
        let lengths = input["loader_lengths"] as? [Int] ?? []
        let steps = input["workflow"] as? [[Any]] ?? [["train", 1]]
        try runner.run(
            lengths.map { ToySource($0) },
            workflow: steps.map { ($0[0] as? String ?? "", $0[1] as? Int ?? 0) })
    }

    @Test("messages of schedules that cannot run")
    func messages() throws {
        let cases: [(config: ConfigNode, message: String)] = [
            (
                ["policy": "cosineannealing", "min_lr": 0],
                "lr_config.policy: \"cosineannealing\" is not a known policy; did you mean \"CosineAnnealing\"?"
            ),
            (
                ["step": 1],
                "lr_config.policy: required key is missing; name a policy, such as \"step\""
            ),
            (
                ["policy": "step", "step": 1, "gama": 0.5],
                "lr_config.gama: unknown key; did you mean gamma?"
            ),
            (
                ["polcy": "step", "step": 1], "lr_config.polcy: unknown key; did you mean policy?"
            ),
            (
                ["policy": "step", "step": 1.0],
                "lr_config.step: expected an integer, got the number 1.0"
            ),
            (
                ["policy": "step", "step": [2, 0]],
                "lr_config.step[1]: expected a positive integer, got the number 0"
            ),
            (
                ["policy": "cyclic", "target_ratio": [1, 2, 3]],
                "lr_config.target_ratio: expected one or two numbers, got 3"
            ),
            (
                ["policy": "cyclic", "by_epoch": true],
                "lr_config.by_epoch: the policy counts iterations only; set by_epoch=False"
            ),
            (
                ["policy": "cyclic", "step_ratio_up": 1],
                "lr_config.step_ratio_up: expected a number from 0 to below 1, got 1.0"
            ),
            (
                ["policy": "OneCycle", "max_lr": 0.1, "anneal_strategy": "lineal"],
                "lr_config.anneal_strategy: \"lineal\" is not a known anneal_strategy; did you mean \"linear\"?"
            ),
            (
                ["policy": "OneCycle", "max_lr": "0.1"],
                "lr_config.max_lr: expected a number, a list, or a mapping by optimizer, got the string \"0.1\""
            ),
            (
                ["policy": "CosineRestart", "periods": [3, 2], "min_lr": 0],
                "lr_config.restart_weights: there are 2 periods, got 1 weights; give one a period"
            ),
            (
                ["policy": "CosineAnnealing"],
                "lr_config: min_lr or min_lr_ratio is needed; set one of them"
            ),
            (
                ["policy": "fixed", "warmup": "liner", "warmup_iters": 5],
                "lr_config.warmup: \"liner\" is not a known warmup; did you mean \"linear\"?"
            ),
        ]
        for (config, message) in cases {
            let runner = try EpochBasedRunner(Toy().defaults, maxEpochs: 1)
            let error = #expect(throws: ConfigError.self) {
                try runner.registerTrainingHooks(lrConfig: config)
            }
            #expect(error?.description == message)
        }
    }

    @Test("messages of schedules that do not fit the run, before anything runs")
    func unfit() throws {
        let cases: [(config: ConfigNode, message: String)] = [
            (
                ["policy": "cyclic", "cyclic_times": 7],
                "lr_config.cyclic_times: 7 cycles do not fit into 6 iterations; lower cyclic_times to at most 6"
            ),
            (
                ["policy": "OneCycle", "max_lr": 0.1, "total_steps": 5],
                "lr_config.total_steps: the cycle has 5 steps, the run has 6; raise it to at least 6, or leave it out"
            ),
            (
                ["policy": "OneCycle", "max_lr": [0.1, 0.2]],
                "lr_config.max_lr: SGD has 1 parameter groups, got 2 numbers"
            ),
            (
                ["policy": "OneCycle", "max_lr": 0.1, "pct_start": 0.125, "total_steps": 8],
                "lr_config.pct_start: 0.125 of 8 iterations is the first one alone, which leaves no way up; raise it, or set it to 0"
            ),
            (
                ["policy": "CosineRestart", "periods": [2], "min_lr": 0],
                "lr_config.periods: [2] cover 2 steps, the run has 3; make them add up to at least 3"
            ),
            (["policy": "CosineRestart", "periods": [3], "min_lr": 0], ""),
        ]
        for (config, message) in cases {
            let toy = try Toy()
            let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 3)
            try runner.registerTrainingHooks(lrConfig: config)
            var thrown: (any Error)?
            do { try runner.check([ToySource(2)], workflow: [("train", 1)]) } catch {
                thrown = error
            }
            #expect(thrown.map { "\($0)" } ?? "" == message)
        }
    }

    @Test("V14: lists serve where the originals wanted tuples, and tuples where they wanted lists")
    func v14_listsAndTuplesMeanTheSame() throws {
        func rows(_ config: ConfigNode) throws -> [ScheduleRecorder.Row] {
            let runner = try EpochBasedRunner(Toy().defaults, maxEpochs: 3)
            try runner.registerTrainingHooks(lrConfig: config)
            let recorder = ScheduleRecorder()
            try runner.register(recorder)
            try runner.run([ToySource(4)], workflow: [("train", 1)])
            return recorder.rows
        }
        func both(_ policy: String, _ key: String, _ elements: [ConfigNode]) throws {
            let config: ConfigNode = ["policy": ConfigNode(.string(policy))]
            let list = try rows(config.setting(key, to: ConfigNode(.list(elements))))
            let tuple = try rows(config.setting(key, to: ConfigNode(.tuple(elements))))
            #expect(list == tuple)
            #expect(Set(list.flatMap(\.rates)).count > 2)
        }
        try both("step", "step", [1, 2])
        try both("cyclic", "target_ratio", [10, 0.0001])
        try both("OneCycle", "max_lr", [0.2])
        #expect(
            try rows(["policy": "cyclic", "target_ratio": 4])
                == rows(["policy": "cyclic", "target_ratio": [4, 4e-5]]))
        #expect(
            try rows(["policy": "OneCycle", "max_lr": 1, "pct_start": 0])
                == rows(["policy": "OneCycle", "max_lr": 1.0, "pct_start": 0.0]))
    }

    @Test("settings that mean nothing are pointed out")
    func warnings() throws {
        let cases: [(config: ConfigNode, warning: String)] = [
            (
                ["policy": "fixed", "warmup_iters": 5],
                "lr_config.warmup_iters is 5, but there is no warmup; set warmup to \"linear\", \"constant\" or \"exp\""
            ),
            (
                ["policy": "CosineAnnealingCooldown", "min_lr": 0.01],
                "lr_config.cool_down_time: 10 steps of cool-down leave none of 2 to anneal in"
            ),
        ]
        for (config, warning) in cases {
            let toy = try Toy()
            let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 2)
            try runner.registerTrainingHooks(lrConfig: config)
            try runner.run([ToySource(1)], workflow: [("train", 1)])
            #expect(toy.output.contents.contains("WARNING - \(warning)\n"))
        }
    }

    @Test("periods need not cover iterations that short sources leave out")
    func sourcesOfSeveralLengths() throws {
        let runner = try EpochBasedRunner(Toy().defaults, maxEpochs: 3)
        try runner.registerTrainingHooks(
            lrConfig: ["policy": "CosineRestart", "periods": [7], "min_lr": 0, "by_epoch": false])
        // MMCV counts on 9 iterations, there are 3 + 1 + 3.
        try runner.run([ToySource(3), ToySource(1)], workflow: [("train", 1), ("train", 1)])
        #expect(runner.iteration == 7)
    }

    @Test("a value that is no number ends the run")
    func notFinite() throws {
        let runner = try EpochBasedRunner(Toy().defaults, maxEpochs: 3)
        try runner.registerTrainingHooks(lrConfig: ["policy": "inv", "gamma": -1, "power": 0.5])
        let error = #expect(throws: HookError.self) {
            try runner.run([ToySource(2)], workflow: [("train", 1)])
        }
        #expect(
            error.map { "\($0.underlying)" }
                == "lr_config: the lr after 1 of 3 epochs is inf")
    }

    @Test(
        "V6: schedules by epoch do not fit a run by iterations",
        arguments: [
            (
                "by_epoch",
                "lr_config: by_epoch is true, but the runner counts iterations; set by_epoch=False"
            ),
            (
                "warmup_by_epoch",
                "lr_config: warmup_by_epoch is true, but the runner counts iterations; give warmup_iters in iterations"
            ),
        ])
    func v6_schedulesByEpochNeedEpochs(_ key: String, _ message: String) throws {
        let toy = try Toy()
        let runner = try IterBasedRunner(toy.defaults, maxIterations: 4)
        let config: ConfigNode = ["policy": "fixed", "warmup": "linear", "warmup_iters": 1]
        try runner.registerTrainingHooks(lrConfig: config.setting(key, to: true))
        let error = #expect(throws: ConfigError.self) {
            try runner.run([ToySource(2)], workflow: [("train", 1)])
        }
        #expect(error?.description == message)
        #expect(!toy.output.contents.contains("Start running"))
    }
}
