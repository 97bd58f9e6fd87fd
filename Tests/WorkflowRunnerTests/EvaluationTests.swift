import ConfigCore
import Foundation
import TensorCore
import Testing
import TrainingInterfaces
import WorkflowRunner

/// An evaluator that tells its metrics in advance.
private final class KnownMetrics: ForeseeableEvaluator {
    let metricNames: [String]?
    init(_ names: [String]) { metricNames = names }
    func process(_ batch: Batch, predictions: PlainTensor) {}
    func compute() -> [(name: String, value: Double)] { (metricNames ?? []).map { ($0, 1) } }
}

@Suite("evaluations and what they keep") struct EvaluationTests {
    private func options(_ config: ConfigNode) throws -> EvaluationOptions {
        try config.decode(at: "evaluation") { try EvaluationOptions(from: &$0) }
    }

    @Test("when it is evaluated")
    func moments() throws {
        let cases: [(config: ConfigNode, expected: [Int])] = [
            ([:], [1, 2, 3, 4, 5]), (["interval": 2], [2, 4]), (["start": 3], [3, 4, 5]),
            (["start": 2, "interval": 2], [2, 4]), (["start": 0], [0, 1, 2, 3, 4, 5]),
            // Asked for before training, whatever the interval.
            (["start": 0, "interval": 2], [0, 2, 4]), (["interval": 6], []),
        ]
        for byEpoch in [true, false] {
            for (config, expected) in cases {
                let toy = try Toy()
                let runner: BaseRunner =
                    byEpoch
                    ? try EpochBasedRunner(toy.defaults, maxEpochs: 5)
                    : try IterBasedRunner(toy.defaults, maxIterations: 5)
                var moments: [Int] = []
                let evaluator = ToyEvaluator([])
                let config = config.setting("by_epoch", to: ConfigNode(.bool(byEpoch)))
                try runner.register(
                    EvalHook(
                        loader: ToySource(1), evaluator: evaluator, options: try options(config)
                    ) { [unowned runner] _, _ in moments.append(runner.completedIterations) },
                    priority: .low)
                try runner.register(OptimizerHook(), priority: .aboveNormal)
                try runner.run([ToySource(1)], workflow: [("train", 1)])
                #expect(moments == expected, "\(byEpoch) \(config)")
            }
        }
    }

    @Test("which scores are better")
    func rules() throws {
        let cases: [(key: String, rule: EvaluationOptions.Rule?)] = [
            ("accuracy_top-1", .greater), ("ACC", .greater), ("val_loss", .less), ("LOSS", .less),
            ("top_loss", .greater), ("bbox_mAP_50", .greater), ("recall", nil),
        ]
        for (key, rule) in cases { #expect(EvaluationOptions().rule(for: key) == rule, "\(key)") }
        let own = try options(["greater_keys": "recall", "less_keys": ["error", "loss"]])
        #expect(own.rule(for: "recall") == .greater && own.rule(for: "error") == .less)
        #expect(own.rule(for: "accuracy") == nil)
    }

    @Test("messages of configs")
    func messages() throws {
        let cases: [(config: ConfigNode, message: String)] = [
            (["interval": 0], "evaluation.interval: expected a positive number, got 0"),
            (["start": -1], "evaluation.start: must not be negative, got -1"),
            (
                ["rule": "higher"],
                "evaluation.rule: \"higher\" is not a rule; write \"greater\" or \"less\""
            ),
            (
                ["save_best": "recall"],
                "evaluation.save_best: cannot tell whether a high or a low \"recall\" is good; add rule=\"greater\" or rule=\"less\""
            ),
            (
                ["by_epoch": "yes"],
                "evaluation.by_epoch: expected true or false, got the string \"yes\""
            ),
        ]
        for (config, message) in cases {
            let error = #expect(throws: ConfigError.self) { _ = try options(config) }
            #expect(error?.description == message)
        }
        // They concern several processes, and mean nothing in one.
        _ = try options(["gpu_collect": true, "tmpdir": nil, "broadcast_bn_buffer": false])
    }

    @Test("what would fail at the first evaluation is found before training")
    func found() throws {
        let cases: [(config: ConfigNode, message: String)] = [
            (
                ["save_best": "accuracy"],
                "evaluation.save_best: there is no metric \"accuracy\"; known: recall, accuracy_top-1"
            ),
            (
                ["save_best": "auto"],
                "evaluation.save_best: cannot tell whether a high or a low \"recall\" is good; add rule=\"greater\" or rule=\"less\""
            ),
            (
                ["out_dir": "/dev/null/best"],
                "evaluation.out_dir: /dev/null/best: /dev/null is not a folder; choose another one"
            ),
        ]
        for (config, message) in cases {
            let toy = try Toy()
            let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 5)
            try runner.register(
                EvalHook(
                    loader: ToySource(1), evaluator: KnownMetrics(["recall", "accuracy_top-1"]),
                    options: try options(config)))
            let error = #expect(throws: RunnerError.self) {
                try runner.run([ToySource(1)], workflow: [("train", 1)])
            }
            #expect(error?.description == message)
            #expect(toy.output.contents == "")
        }
    }

    private func bestRun(
        _ folder: String, _ scores: [Double], metric: String = "accuracy_top-1", epochs: Int,
        resuming path: String? = nil
    ) throws -> Toy {
        let toy = try Toy(workDirectory: folder)
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: epochs)
        try runner.register(OptimizerHook(), priority: .aboveNormal)
        try runner.register(
            EvalHook(
                loader: ToySource(1), evaluator: ToyEvaluator(scores, name: metric),
                options: try options(["save_best": "auto"])), priority: .normal)
        try runner.register(CheckpointHook(interval: 1))
        if let path { try runner.resume(path) }
        try runner.run([ToySource(1)], workflow: [("train", 1)])
        return toy
    }

    @Test("V10: a score of 0 is the best so far")
    func v10_zeroIsAScore() throws {
        let folder = try TemporaryFolder()
        _ = try bestRun(folder.path, [0, -1, 0], epochs: 3)
        #expect(folder.names.filter { $0.hasPrefix("best") } == ["best_accuracy_top-1_epoch_1.pth"])
        _ = try bestRun(folder.path, [0, 1, 0], metric: "loss", epochs: 3)
        #expect(folder.names.contains("best_loss_epoch_1.pth"))
    }

    @Test("the best score goes on in a resumed run, that of another metric does not")
    func resumedBest() throws {
        let folder = try TemporaryFolder()
        _ = try bestRun(folder.path, [50], epochs: 1)
        let latest = folder.path + "/epoch_1.pth"
        _ = try bestRun(folder.path, [40, 60], epochs: 3, resuming: latest)
        #expect(folder.names.filter { $0.hasPrefix("best") } == ["best_accuracy_top-1_epoch_3.pth"])
        _ = try bestRun(
            folder.path, [70], metric: "loss", epochs: 2, resuming: folder.path + "/epoch_1.pth")
        #expect(folder.names.contains("best_loss_epoch_2.pth"))
    }

    @Test("V8: last_ckpt names the file it stands in")
    func v8_lastCheckpointIsTheFileItself() throws {
        let folder = try TemporaryFolder()
        _ = try bestRun(folder.path, [1, 2], epochs: 2)
        for name in ["epoch_1.pth", "epoch_2.pth"] {
            let path = "\(folder.path)/\(name)"
            let messages = try Checkpoint.read(path).meta["hook_msgs"]
            #expect(messages?["last_ckpt"]?.string == path)
        }
        // MMClassification evaluates after saving; here the hook stood before.
        let best = try Checkpoint.read(folder.path + "/epoch_2.pth").meta["hook_msgs"]
        #expect(best?["best_score"]?.double == 2)
    }
}
