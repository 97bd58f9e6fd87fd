import ConfigCore
import Foundation
import NeuralNet
import TestSupport
import Testing
import TorchFile
import TrainingInterfaces
import WorkflowRunner

@Suite("TensorBoard's event files") struct TensorboardTests {
    /// The scalars of the only event file in a folder.
    private func scalars(in folder: String) throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(names.count == 1)
        let file = try EventFile(path: "\(folder)/\(try #require(names.first))")
        #expect(file.damagedRecords == 0 && file.version == "brain.Event:2")
        return file.scalars.map(\.description)
    }

    private func toy(_ folder: String?) throws -> Toy {
        var toy = try Toy(workDirectory: folder)
        toy.defaults.batchProcessor = { _, batch, training, _, _ in
            StepOutput(
                loss: nil, logVariables: [("loss", training ? 2.5 : 1.5)],
                sampleCount: batch.sampleCount)
        }
        return toy
    }

    private func registerLoggers(_ runner: BaseRunner, interval: Int) throws {
        try runner.registerTrainingHooks(
            lrConfig: ["policy": "fixed"],
            logConfig: [
                "interval": ConfigNode(.int(interval)),
                "hooks": [["type": "TextLoggerHook"], ["type": "TensorboardLoggerHook"]],
            ])
    }

    @Test("tags and steps of a run by epochs; its first and last iteration stand there too")
    func epochs() throws {
        let folder = try TemporaryFolder()
        let toy = try toy(folder.path)
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 1)
        try registerLoggers(runner, interval: 2)
        var options = EvaluationOptions()
        options.interval = 1
        try runner.register(
            EvalHook(loader: ToySource(3), evaluator: ToyEvaluator([51.25]), options: options),
            priority: .low)
        try runner.run([ToySource(3), ToySource(2)], workflow: [("train", 1), ("val", 1)])
        let rates = { (step: Int) in ["\(step) learning_rate 0.1", "\(step) momentum 0.9"] }
        #expect(
            try scalars(in: folder.path + "/tf_logs")
                == ["1 train/loss 2.5"] + rates(1) + ["2 train/loss 2.5"] + rates(2)
                + ["3 train/loss 2.5"] + rates(3) + ["4 val/accuracy_top-1 51.25"] + rates(4)
                + ["4 val/loss 1.5"] + rates(4))
    }

    @Test("a run by iterations, in a folder of one's own")
    func iterations() throws {
        let folder = try TemporaryFolder()
        let toy = try toy(nil)
        let runner = try IterBasedRunner(toy.defaults, maxIterations: 4)
        try runner.registerTrainingHooks(
            lrConfig: nil,
            logConfig: [
                "interval": 4,
                "hooks": [
                    [
                        "type": "TensorboardLoggerHook",
                        "log_dir": ConfigNode(.string(folder.path + "/a/b")),
                    ]
                ],
            ])
        try runner.run([ToySource(3), ToySource(2)], workflow: [("train", 4), ("val", 1)])
        let tags = try scalars(in: folder.path + "/a/b").filter { $0.contains("loss") }
        #expect(tags == ["1 train/loss 2.5", "4 train/loss 2.5", "5 val/loss 1.5"])
    }

    @Test("several optimizers have a curve each")
    func optimizers() throws {
        let folder = try TemporaryFolder()
        var toy = try toy(folder.path)
        toy.defaults.optimizer = try twoOptimizers(toy)
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 1)
        try registerLoggers(runner, interval: 1)
        try runner.run([ToySource(1)], workflow: [("train", 1)])
        #expect(
            try scalars(in: folder.path + "/tf_logs") == [
                "1 train/loss 2.5", "1 learning_rate/g 0.001", "1 learning_rate/d 0.0004",
                "1 momentum/g 0.9", "1 momentum/d 0.5",
            ])
    }

    @Test("a resumed run adds a file to those of the first")
    func resuming() throws {
        let folder = try TemporaryFolder()
        for (epochs, resumes) in [(1, false), (2, true)] {
            let toy = try Toy(workDirectory: folder.path)
            let runner = try EpochBasedRunner(toy.defaults, maxEpochs: epochs)
            try registerLoggers(runner, interval: 1)
            try runner.register(CheckpointHook(interval: 1))
            if resumes { try runner.resume(folder.path + "/latest.pth") }
            try runner.run([ToySource(2)], workflow: [("train", 1)])
        }
        let logs = folder.path + "/tf_logs"
        let files = try FileManager.default.contentsOfDirectory(atPath: logs).sorted()
        let steps = try files.map { name in
            try EventFile(path: "\(logs)/\(name)").scalars.filter { $0.tag == "train/loss" }
                .map(\.step)
        }
        #expect(steps == [[1, 2], [3, 4]])
    }

    @Test("there is a folder to write in")
    func noFolder() throws {
        let runner = try EpochBasedRunner(toy(nil).defaults, maxEpochs: 1)
        try registerLoggers(runner, interval: 1)
        let error = #expect(throws: HookError.self) {
            try runner.run([ToySource(1)], workflow: [("train", 1)])
        }
        #expect(
            error?.description
                == "TensorboardLoggerHook (before_run): TensorboardLoggerHook: there is no folder to write in; set log_dir, or give the runner a work_dir"
        )
        let other = try EpochBasedRunner(toy(nil).defaults, maxEpochs: 1)
        try other.register(TensorboardLoggerHook(directory: "/dev/null/logs"))
        let unwritable = #expect(throws: HookError.self) {
            try other.run([ToySource(1)], workflow: [("train", 1)])
        }
        #expect(
            unwritable?.description
                == "TensorboardLoggerHook (before_run): /dev/null/logs: cannot write an event file: not a directory; choose another folder with log_dir"
        )
    }
}

/// The optimizers of a generator and of a discriminator.
func twoOptimizers(_ toy: Toy) throws -> OptimizerSet {
    let other = Parameter(try toy.device.tensor([1], shape: [1]))
    func wrapper(_ parameter: Parameter, _ rate: Double, _ beta: Double) throws -> OptimWrapper {
        try OptimWrapper(
            Adam(
                [ParameterGroup([parameter])],
                options: [("lr", .double(rate)), ("betas", .pair(beta, 0.999))]))
    }
    return OptimizerSet([
        ("g", try wrapper(toy.model.weight, 1e-3, 0.9)), ("d", try wrapper(other, 4e-4, 0.5)),
    ])
}
