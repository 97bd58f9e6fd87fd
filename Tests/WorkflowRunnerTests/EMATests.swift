import ConfigCore
import Foundation
import NeuralNet
import TensorCore
import Testing
import TorchFile
import TrainingInterfaces
import WorkflowRunner

/// Notes the weight that an evaluation sees.
private final class SeenWeight: Evaluator {
    var weights: [Float] = []
    func process(_ batch: Batch, predictions: PlainTensor) { weights.append(predictions.floats[0]) }
    func compute() -> [(name: String, value: Double)] { [("loss", Double(weights.count))] }
}

@Suite("averaged weights") struct EMATests {
    private func makeRun(
        byEpoch: Bool, in folder: String? = nil, limit: Int, _ config: ConfigNode = averaging
    ) throws -> (toy: Toy, runner: BaseRunner) {
        let toy = try Toy(workDirectory: folder)
        let runner: BaseRunner =
            byEpoch
            ? try EpochBasedRunner(toy.defaults, maxEpochs: limit)
            : try IterBasedRunner(toy.defaults, maxIterations: limit)
        try runner.registerTrainingHooks(
            lrConfig: nil, optimizerConfig: [:],
            checkpointConfig: folder.map { _ in ["interval": 1] },
            customHooks: [config])
        return (toy, runner)
    }

    private static let averaging: ConfigNode = [
        "type": "EMAHook", "momentum": 0.5, "warm_up": 0, "priority": "ABOVE_NORMAL",
    ]

    @Test("evaluations and checkpoints have the averages, the rest of training does not")
    func evaluated() throws {
        for byEpoch in [true, false] {
            let folder = try TemporaryFolder()
            let (toy, runner) = try makeRun(byEpoch: byEpoch, in: folder.path, limit: 2)
            let seen = SeenWeight()
            var options = EvaluationOptions()
            options.byEpoch = byEpoch
            try runner.register(
                EvalHook(loader: ToySource(1), evaluator: seen, options: options), priority: .low)
            try runner.run([ToySource(1, isShuffled: false)], workflow: [("train", 1)])
            let plain = try Toy()
            let reference = try EpochBasedRunner(plain.defaults, maxEpochs: 2)
            try reference.register(OptimizerHook(), priority: .aboveNormal)
            let weights = WeightRecorder()
            try reference.register(weights)
            try reference.run([ToySource(1, isShuffled: false)], workflow: [("train", 1)])
            var average: Float = 0.5
            let averages = weights.values.map { weight in
                average = average * 0.5 + weight * 0.5
                return average
            }
            #expect(seen.weights == averages)
            let name = byEpoch ? "epoch_2.pth" : "iter_2.pth"
            let state = try Checkpoint.read("\(folder.path)/\(name)").state
            #expect(state["weight"]?.floats[0] == averages[1])
            #expect(state["ema_weight"]?.floats[0] == weights.values[1])
            #expect(try toy.model.weight.value.plainValues()[0] == averages[1])
        }
    }

    @Test("val phases of a run by iterations have the averages too")
    func validated() throws {
        let (toy, runner) = try makeRun(byEpoch: false, limit: 2)
        let seen = ValidationWeights(toy.model)
        try runner.register(seen)
        try runner.run(
            [ToySource(1, isShuffled: false), ToySource(1)], workflow: [("train", 1), ("val", 1)])
        let final = try toy.model.weight.value.plainValues()[0]
        #expect(seen.values.count == 2 && seen.values[1] == final)
        #expect(seen.training.count == 2 && !seen.training.contains(final))
    }

    /// A checkpoint as MMCV writes it: no state of hooks.
    private func original(_ path: String, weight: [Float], other: [Float], folder: String) throws
        -> String
    {
        var checkpoint = try Checkpoint.read(path)
        checkpoint.resumeData = nil
        checkpoint.state["weight"] = PlainTensor(weight, shape: [2])
        checkpoint.state["ema_weight"] = PlainTensor(other, shape: [2])
        let target = "\(folder)/epoch_9.pth"
        try checkpoint.write(to: target)
        return target
    }

    @Test("a checkpoint of MMCV's continues by where the hook stands before checkpoints are saved")
    func originals() throws {
        let folder = try TemporaryFolder()
        try makeRun(byEpoch: true, in: folder.path, limit: 1).runner.run(
            [ToySource(2)], workflow: [("train", 1)])
        let file = try original(
            folder.path + "/epoch_1.pth", weight: [3, 4], other: [1, 2], folder: folder.path)
        for (priority, expected) in [("ABOVE_NORMAL", [1, 2] as [Float]), ("LOW", [3, 4])] {
            let other = try TemporaryFolder()
            let config = Self.averaging.setting("priority", to: ConfigNode(.string(priority)))
            let (toy, runner) = try makeRun(byEpoch: true, in: other.path, limit: 2, config)
            let seen = ValidationWeights(toy.model)
            try runner.register(seen)
            try runner.resume(file)
            try runner.run([ToySource(1)], workflow: [("train", 1)])
            #expect(seen.begun.first == expected)
        }
    }

    @Test("load_from begins the averages with the loaded weights")
    func loaded() throws {
        let folder = try TemporaryFolder()
        try makeRun(byEpoch: true, in: folder.path, limit: 1).runner.run(
            [ToySource(2)], workflow: [("train", 1)])
        let (toy, runner) = try makeRun(byEpoch: true, limit: 1)
        try runner.loadCheckpoint(folder.path + "/epoch_1.pth", strict: true)
        let saved = try Checkpoint.read(folder.path + "/epoch_1.pth").state
        #expect(try toy.model.weight.value.plainValues() == saved["weight"]?.floats)
        let seen = ValidationWeights(toy.model)
        try runner.register(seen)
        try runner.run([ToySource(1)], workflow: [("train", 1)])
        #expect(seen.begun.first == saved["weight"]?.floats)
        #expect(!toy.output.contents.contains("WARNING"))
    }

    @Test("resume_from of the hook continues the whole run")
    func ownResume() throws {
        let folder = try TemporaryFolder()
        let whole = try makeRun(byEpoch: true, in: folder.path, limit: 3)
        try whole.runner.run([ToySource(2, isShuffled: false)], workflow: [("train", 1)])
        let config = Self.averaging.setting(
            "resume_from", to: ConfigNode(.string(folder.path + "/epoch_1.pth")))
        let resumed = try makeRun(byEpoch: true, limit: 3, config)
        try resumed.runner.run([ToySource(2, isShuffled: false)], workflow: [("train", 1)])
        #expect(resumed.runner.iteration == 6)
        #expect(
            try resumed.toy.model.weight.value.plainValues()
                == whole.toy.model.weight.value.plainValues())
    }

    @Test("messages")
    func messages() throws {
        let folder = try TemporaryFolder()
        try makeRun(byEpoch: true, in: folder.path, limit: 1).runner.run(
            [ToySource(2)], workflow: [("train", 1)])
        let file = folder.path + "/epoch_1.pth"
        let plain = try EpochBasedRunner(Toy().defaults, maxEpochs: 2)
        let unexpected = #expect(throws: CheckpointError.self) { try plain.resume(file) }
        #expect(
            unexpected?.description
                == "\(file): state_dict: it does not fit the model: 1 unexpected (ema_weight); it was trained with EMAHook: add that to custom_hooks, or start from its weights with load_from"
        )
        let cases: [(config: ConfigNode, message: String)] = [
            (
                ["type": "EMAHook", "momentum": 1.0],
                "custom_hooks[0].momentum: expected a number between 0 and 1, got 1.0"
            ),
            (
                ["type": "EMAHook", "interval": 0],
                "custom_hooks[0].interval: expected a positive number, got 0"
            ),
            (
                ["type": "EMAHook", "warmup": 3],
                "custom_hooks[0].warmup: unknown key; did you mean warm_up?"
            ),
        ]
        for (config, message) in cases {
            let error = #expect(throws: ConfigError.self) {
                _ = try makeRun(byEpoch: true, limit: 1, config)
            }
            #expect(error?.description == message)
        }
        let missing = try makeRun(
            byEpoch: true, limit: 1, ["type": "EMAHook", "resume_from": "nowhere.pth"])
        let error = #expect(throws: RunnerError.self) {
            try missing.runner.check([ToySource(1)], workflow: [("train", 1)])
        }
        #expect(
            error?.description
                == "EMAHook: resume_from: nowhere.pth: no such file; give the path of a .pth checkpoint"
        )
    }

    @Test("a checkpoint without averages begins them anew, and says so")
    func begunLate() throws {
        let folder = try TemporaryFolder()
        let toy = try Toy(workDirectory: folder.path)
        let plain = try EpochBasedRunner(toy.defaults, maxEpochs: 1)
        try plain.registerTrainingHooks(
            lrConfig: nil, optimizerConfig: [:], checkpointConfig: ["interval": 1])
        try plain.run([ToySource(2)], workflow: [("train", 1)])
        let config = Self.averaging.setting("interval", to: 2)
        let (late, runner) = try makeRun(byEpoch: true, limit: 2, config)
        try runner.resume(folder.path + "/epoch_1.pth")
        try runner.run([ToySource(2)], workflow: [("train", 1)])
        let warnings = late.output.contents.split(separator: "\n").filter {
            $0.contains("WARNING")
        }.map { $0.split(separator: " - ").last.map(String.init) ?? "" }
        #expect(
            warnings == [
                "EMAHook: with interval 2 the averages move by momentum to that power, 0.25, as in MMCV",
                "EMAHook: the checkpoint holds no averages of 1 parameters (ema_weight, …); they start from its weights",
            ])
    }
}

private final class WeightRecorder: AfterTrainIteration {
    private(set) var values: [Float] = []
    func afterTrainIteration(_ runner: BaseRunner) throws {
        let model = try #require(runner.model as? ToyModel)
        values.append(try model.weight.value.plainValues()[0])
    }
}

/// Notes the weights that phases begin with.
private final class ValidationWeights: BeforeTrainIteration, BeforeValidationIteration {
    private let model: ToyModel
    private(set) var values: [Float] = []
    private(set) var begun: [[Float]] = []
    init(_ model: ToyModel) { self.model = model }
    var training: [Float] { begun.map { $0[0] } }

    func beforeTrainIteration(_ runner: BaseRunner) throws {
        begun.append(try model.weight.value.plainValues())
    }
    func beforeValidationIteration(_ runner: BaseRunner) throws {
        values.append(try model.weight.value.plainValues()[0])
    }
}
