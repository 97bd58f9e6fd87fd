import ConfigCore
import Foundation
import Testing
import TorchFile
import TrainingInterfaces
import WorkflowRunner

/// A run with MMEngine's loops over toy batches, whose evaluations give scores from a list.
private struct LoopRun {
    let toy: Toy
    let runner: BaseRunner
    let workflow: [(String, Int)]

    init(
        _ folder: String, _ scores: [Double], hooks: [ConfigNode], byEpoch: Bool = true,
        maximum: Int
    ) throws {
        toy = try Toy(workDirectory: folder)
        runner =
            byEpoch
            ? try EpochBasedRunner(toy.defaults, maxEpochs: maximum)
            : try IterBasedRunner(toy.defaults, maxIterations: maximum)
        workflow = byEpoch ? [("train", 1), ("val", 1)] : [("train", 2), ("val", 2)]
        runner.hasLoopStages = true
        runner.isWorkflowDerived = true
        runner.evaluation = PhaseEvaluation(ToyEvaluator(scores, name: "accuracy/top1"))
        try runner.register(OptimizerHook(), priority: .highest)
        for (place, hook) in hooks.enumerated() {
            try runner.register(from: hook, at: "hooks[\(place)]")
        }
    }

    func train() throws {
        try runner.run(
            [
                ToySource(3, generator: toy.generator, isShuffled: false),
                ToySource(2, loader: 1, isShuffled: false),
            ],
            workflow: workflow)
    }
}

@Suite("hooks of MMEngine's loops") struct LoopHookTests {
    private static let checkpoint: ConfigNode = ["type": "mmengine.CheckpointHook", "interval": 1]

    @Test("a metric that stops improving ends training, also where the run was resumed")
    func earlyStopping() throws {
        let folder = try TemporaryFolder()
        let stopping: ConfigNode = [
            "type": "EarlyStoppingHook", "monitor": "accuracy/top1", "patience": 2,
        ]
        let scores = [10.0, 20, 20.05, 19, 50, 60]
        let whole = try LoopRun(
            folder.path, scores, hooks: [stopping, Self.checkpoint], maximum: 6)
        try whole.train()
        #expect(whole.runner.epoch == 4)
        #expect(
            whole.toy.lines.contains(
                "EarlyStoppingHook: the monitored metric did not improve in the last 2 records. best score: 20.000."
            ))
        let second = try TemporaryFolder()
        let rest = try LoopRun(
            second.path, [20.05, 19, 50], hooks: [stopping, Self.checkpoint], maximum: 6)
        // Saved before the third validation.
        try rest.runner.resume("\(folder.path)/epoch_3.pth")
        try rest.train()
        #expect(rest.runner.epoch == 4)
        let names = whole.runner.registeredHooks.map(\.priority)
        #expect(names == [.highest, .veryLow, .lowest])
    }

    @Test(
        "the best checkpoints of several metrics, begin, number kept, last_checkpoint, publishing")
    func checkpoints() throws {
        let folder = try TemporaryFolder()
        let hook: ConfigNode = [
            "type": "mmengine.CheckpointHook", "interval": 2, "save_begin": 1, "max_keep_ckpts": 2,
            "save_best": ["accuracy/top1"], "published_keys": ["meta", "state_dict"],
        ]
        let run = try LoopRun(folder.path, [10, 30, 20, 25, 40, 5], hooks: [hook], maximum: 6)
        try run.train()
        let names = folder.names
        // Epochs 3 and 5 are due, 5 is the best of all, 6 the last.
        #expect(
            names.filter { $0.hasSuffix(".pth") && !$0.contains("-") } == [
                "best_accuracy_top1_epoch_5.pth", "epoch_5.pth", "epoch_6.pth",
            ])
        #expect(names.count { $0.contains("-") } == 2)
        let noted = try String(contentsOfFile: "\(folder.path)/last_checkpoint", encoding: .utf8)
        #expect(noted.hasSuffix("/epoch_6.pth"))
        let published = try #require(names.first { $0.hasPrefix("epoch_6-") })
        let kept = try TorchFile.read(path: "\(folder.path)/\(published)").dictionary
        #expect(kept?.names == ["meta", "state_dict"])
        let best = try TorchFile.read(path: "\(folder.path)/best_accuracy_top1_epoch_5.pth")
        #expect(best["optimizer"] == nil && best["meta"]?["epoch"]?.int == 5)
        #expect(
            run.toy.lines.contains(
                "The best checkpoint with 40.0000 accuracy/top1 at 5 epoch is saved to best_accuracy_top1_epoch_5.pth."
            ))
    }

    @Test(
        "averages are evaluated and saved, the weights that train beside them",
        arguments: ["ExponentialMovingAverage", "StochasticWeightAverage", "MomentumAnnealingEMA"])
    func averages(_ kind: String) throws {
        let folder = try TemporaryFolder()
        let ema: ConfigNode = [
            "type": "mmengine.EMAHook", "ema_type": ConfigNode(.string(kind)), "begin_iter": 2,
        ]
        let run = try LoopRun(folder.path, [1, 2], hooks: [ema, Self.checkpoint], maximum: 2)
        try run.train()
        let trained = try run.toy.model.weight.value.plainValues()
        let saved = try TorchFile.read(path: "\(folder.path)/epoch_2.pth")
        #expect(
            try saved["ema_state_dict"]?["module.weight"]?.tensor?.float32Values() == trained)
        #expect(try saved["state_dict"]?["weight"]?.tensor?.float32Values() != trained)
        #expect(try saved["ema_state_dict"]?["steps"]?.tensor?.int64Values() == [5])

        let second = try TemporaryFolder()
        let rest = try LoopRun(second.path, [2], hooks: [ema, Self.checkpoint], maximum: 2)
        try rest.runner.resume("\(folder.path)/epoch_1.pth")
        try rest.train()
        #expect(try rest.toy.model.weight.value.plainValues() == trained)
        let again = try TorchFile.read(path: "\(second.path)/epoch_2.pth")
        #expect(
            try again["state_dict"]?["weight"]?.tensor?.float32Values()
                == saved["state_dict"]?["weight"]?.tensor?.float32Values())
    }

    @Test(
        "a run that is asked to stop anywhere, in a validation too, ends in the same bits",
        arguments: [true, false])
    func interrupted(byEpoch: Bool) throws {
        let ema: ConfigNode = ["type": "mmengine.EMAHook", "momentum": 0.3]
        let maximum = byEpoch ? 3 : 8
        let reference = try TemporaryFolder()
        let whole = try LoopRun(
            reference.path, [], hooks: [ema], byEpoch: byEpoch, maximum: maximum)
        try whole.train()
        let expected = try whole.toy.model.weight.value.plainValues()
        for moment in 1..<12 {
            let folder = try TemporaryFolder()
            let first = try LoopRun(
                folder.path, [], hooks: [ema], byEpoch: byEpoch, maximum: maximum)
            let stopper = StageStopper(after: moment, first.toy.defaults.stopRequest)
            try first.runner.register(stopper, priority: .lowest)
            let interrupted = #expect(throws: RunInterrupted.self) { try first.train() }
            let rest = try LoopRun(
                folder.path, [], hooks: [ema], byEpoch: byEpoch, maximum: maximum)
            try rest.runner.resume(try #require(interrupted?.checkpoint))
            try rest.train()
            #expect(
                try rest.toy.model.weight.value.plainValues() == expected, "moment \(moment)")
        }
    }

    @Test("a checkpoint of MMEngine's, which tells no position, goes on by its epoch")
    func engineCheckpoint() throws {
        let folder = try TemporaryFolder()
        let whole = try LoopRun(folder.path, [1, 2, 3], hooks: [Self.checkpoint], maximum: 3)
        try whole.train()
        let path = "\(folder.path)/epoch_2.pth"
        var root = try #require(try TorchFile.read(path: path).dictionary)
        #expect(
            root["message_hub"]?.dictionary?.names == [
                "log_scalars", "runtime_info", "resumed_keys",
            ])
        root["mmrunner"] = nil
        try TorchFile.write(.dictionary(root), to: path)
        let rest = try LoopRun(folder.path, [3], hooks: [Self.checkpoint], maximum: 3)
        try rest.runner.resume(path)
        try rest.train()
        let expected = try whole.toy.model.weight.value.plainValues()
        #expect(try rest.toy.model.weight.value.plainValues() == expected)
        #expect(rest.runner.iteration == 9)
    }

    @Test("mistakes in the hooks' settings")
    func mistakes() throws {
        let cases: [(ConfigNode, String)] = [
            (
                ["type": "EarlyStoppingHook", "monitor": "recall"],
                "hooks[0].monitor: cannot tell whether a high or a low \"recall\" is good; add rule=\"greater\" or rule=\"less\""
            ),
            (
                ["type": "mmengine.EMAHook", "ema_type": "Mean"],
                "hooks[0].ema_type: \"Mean\" is not a known average; known: ExponentialMovingAverage, MomentumAnnealingEMA, StochasticWeightAverage"
            ),
            (
                ["type": "mmengine.EMAHook", "begin_iter": 1, "begin_epoch": 1],
                "hooks[0].begin_epoch: given beside begin_iter; keep one"
            ),
            (
                ["type": "mmengine.CheckpointHook", "save_best": ["auto", "loss"]],
                "hooks[0].save_best: \"auto\" stands alone; name the metrics"
            ),
            (
                ["type": "mmengine.CheckpointHook", "save_begin": -1],
                "hooks[0].save_begin: must not be negative, got -1"
            ),
        ]
        for (hook, message) in cases {
            let folder = try TemporaryFolder()
            do {
                _ = try LoopRun(folder.path, [], hooks: [hook], maximum: 1)
                Issue.record("no error: \(message)")
            } catch { #expect("\(error)" == message) }
        }
    }
}

/// Asks the run to stop after so many iterations, those of validations counted too.
private final class StageStopper: AfterTrainIteration, AfterValidationIteration {
    private var left: Int
    private let request: StopRequest

    init(after count: Int, _ request: StopRequest) {
        left = count
        self.request = request
    }

    private func count() {
        left -= 1
        if left == 0 { request.request() }
    }

    func afterTrainIteration(_ runner: BaseRunner) { count() }
    func afterValidationIteration(_ runner: BaseRunner) { count() }
}
