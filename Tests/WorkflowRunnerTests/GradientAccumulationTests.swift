import ConfigCore
import Foundation
import NeuralNet
import TensorCore
import Testing
import TrainingInterfaces
import WorkflowRunner

@Suite("gathered gradients") struct GradientAccumulationTests {
    private func trained(
        _ hook: ConfigNode, byEpoch: Bool = true, limit: Int, batches: Int = 3,
        resuming path: String? = nil, in folder: String? = nil, saving interval: Int? = nil
    ) throws -> (toy: Toy, runner: BaseRunner) {
        let toy = try Toy(workDirectory: folder)
        let runner: BaseRunner =
            byEpoch
            ? try EpochBasedRunner(toy.defaults, maxEpochs: limit)
            : try IterBasedRunner(toy.defaults, maxIterations: limit)
        try runner.registerTrainingHooks(lrConfig: nil, optimizerConfig: hook)
        if let interval { try runner.register(CheckpointHook(interval: interval, byEpoch: false)) }
        if let path { try runner.resume(path) }
        try runner.run([ToySource(batches, isShuffled: false)], workflow: [("train", 1)])
        return (toy, runner)
    }

    private func warnings(_ toy: Toy) -> [String] {
        toy.output.contents.split(separator: "\n").compactMap { line in
            line.range(of: " - WARNING - ").map { String(line[$0.upperBound...]) }
        }
    }

    @Test("the rest of a run is told once")
    func rest() throws {
        let toy = try trained(
            ["type": "GradientCumulativeOptimizerHook", "cumulative_iters": 4], limit: 2
        ).toy
        #expect(
            warnings(toy) == [
                "Loss will be divided by 2 in the last 2 iterations because they are not enough for 4 cumulative_iters."
            ])
    }

    @Test("a window of one is a step each iteration, with and without mixed precision")
    func windowOfOne() throws {
        let plain = try trained([:], limit: 2).toy
        for type in ["GradientCumulativeOptimizerHook", "GradientCumulativeFp16OptimizerHook"] {
            let toy = try trained(["type": ConfigNode(.string(type))], limit: 2).toy
            #expect(
                try toy.model.weight.value.plainValues() == plain.model.weight.value.plainValues())
        }
    }

    @Test("scaled losses give the same steps", arguments: [true, false])
    func scaled(byEpoch: Bool) throws {
        let gathered = try trained(
            ["type": "GradientCumulativeOptimizerHook", "cumulative_iters": 3], byEpoch: byEpoch,
            limit: 4, batches: 2)
        // 512 is a power of 2, so that scaling costs no bit.
        let scaled = try trained(
            ["type": "GradientCumulativeFp16OptimizerHook", "cumulative_iters": 3],
            byEpoch: byEpoch, limit: 4, batches: 2)
        #expect(
            try scaled.toy.model.weight.value.plainValues()
                == gathered.toy.model.weight.value.plainValues())
    }

    @Test("a longer run makes a full window of the rest it was stopped in")
    func extended() throws {
        let folder = try TemporaryFolder()
        let hook: ConfigNode = ["type": "GradientCumulativeOptimizerHook", "cumulative_iters": 4]
        _ = try trained(hook, byEpoch: false, limit: 6, in: folder.path, saving: 1)
        let long = try trained(hook, byEpoch: false, limit: 8)
        // Five iterations are done, the last of them divided by 2 rather than 4.
        let resumed = try trained(
            hook, byEpoch: false, limit: 8, resuming: folder.path + "/iter_5.pth")
        #expect(
            try resumed.toy.model.weight.value.plainValues()
                == long.toy.model.weight.value.plainValues())
    }

    @Test("another window length, and a checkpoint without gradients, are told")
    func changed() throws {
        let folder = try TemporaryFolder()
        let hook: ConfigNode = ["type": "GradientCumulativeOptimizerHook", "cumulative_iters": 4]
        _ = try trained(hook, byEpoch: false, limit: 8, in: folder.path, saving: 1)
        var other = hook.setting("cumulative_iters", to: 2)
        let lost =
            "Resume iter number is not divisible by cumulative_iters in GradientCumulativeOptimizerHook, which means the gradient of some iters is lost and the result may be influenced slightly."
        let toy = try trained(
            other, byEpoch: false, limit: 8, resuming: folder.path + "/iter_5.pth"
        ).toy
        #expect(
            warnings(toy) == [
                "the checkpoint gathered gradients over 4 iterations, cumulative_iters is 2 now; those gathered so far are left out",
                lost,
            ])
        other = ["type": "OptimizerHook"]
        let plain = try TemporaryFolder()
        _ = try trained(other, byEpoch: false, limit: 8, in: plain.path, saving: 1)
        let late = try trained(
            hook, byEpoch: false, limit: 8, resuming: plain.path + "/iter_5.pth"
        ).toy
        #expect(warnings(late) == [lost])
    }

    @Test("messages")
    func messages() throws {
        let cases: [(config: ConfigNode, message: String)] = [
            (
                ["type": "GradientCumulativeOptimizerHook", "cumulative_iters": 0],
                "optimizer_config.cumulative_iters: expected a positive integer, got 0"
            ),
            (
                ["type": "GradientCumulativeFp16OptimizerHook", "cumulative_iter": 2],
                "optimizer_config.cumulative_iter: unknown key; did you mean cumulative_iters?"
            ),
        ]
        for (config, message) in cases {
            let runner = try EpochBasedRunner(Toy().defaults, maxEpochs: 1)
            let error = #expect(throws: ConfigError.self) {
                try runner.registerTrainingHooks(lrConfig: nil, optimizerConfig: config)
            }
            #expect(error?.description == message)
        }
    }
}
