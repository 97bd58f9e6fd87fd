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
    func wrongUnit(_ key: String, _ message: String) throws {
        let runner = try IterBasedRunner(Toy().defaults, maxIterations: 4)
        let config: ConfigNode = ["policy": "fixed", "warmup": "linear", "warmup_iters": 1]
        try runner.registerTrainingHooks(lrConfig: config.setting(key, to: true))
        let error = #expect(throws: HookError.self) {
            try runner.run([ToySource(2)], workflow: [("train", 1)])
        }
        #expect(error.map { "\($0.underlying)" } == message)
    }
}
