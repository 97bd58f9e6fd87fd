import ConfigCore
import Foundation
import NeuralNet
import Testing
import TorchFile
import TrainingInterfaces
import WorkflowRunner

@Suite("logs read like MMCV's") struct LogTests {
    /// A clock that goes on by a quarter of a second every time somebody looks.
    private func clock() -> () -> Double {
        var time = 0.0
        return {
            time += 0.25
            return time
        }
    }

    private func run(
        _ toy: Toy, byEpoch: Bool, interval: Int, workflow: [(String, Int)], limit: Int,
        batches: Int
    ) throws -> BaseRunner {
        let runner: BaseRunner =
            byEpoch
            ? try EpochBasedRunner(toy.defaults, maxEpochs: limit)
            : try IterBasedRunner(toy.defaults, maxIterations: limit)
        // A step of its own keeps the numbers simple.
        try runner.registerTrainingHooks(
            lrConfig: ["policy": "fixed"],
            logConfig: [
                "interval": ConfigNode(.int(interval)), "hooks": [["type": "TextLoggerHook"]],
            ],
            timerConfig: .none)
        try runner.register(IterTimerHook(now: clock()), priority: .low)
        var options = EvaluationOptions()
        options.byEpoch = byEpoch
        options.interval = byEpoch ? 1 : limit
        try runner.register(
            EvalHook(
                loader: ToySource(3), evaluator: ToyEvaluator([51.3, 62.125]), options: options),
            priority: .low)
        try runner.run(
            workflow.map { ToySource($0.0 == "train" ? batches : 2) }, workflow: workflow)
        return runner
    }

    private func toy(_ folder: String, meta: TorchDictionary?) throws -> Toy {
        var toy = try Toy(workDirectory: folder, meta: meta)
        toy.defaults.batchProcessor = { _, batch, training, _, _ in
            StepOutput(
                loss: nil, logVariables: [("loss", training ? 2.302585 : 1.5), ("top-1", 12.5)],
                sampleCount: batch.sampleCount)
        }
        return toy
    }

    @Test("a run by epochs")
    func epochs() throws {
        let folder = try TemporaryFolder()
        let meta = TorchDictionary([("seed", 7), ("config", "a = \"é\"\n")])
        let toy = try toy(folder.path, meta: meta)
        let runner = try run(
            toy, byEpoch: true, interval: 2, workflow: [("train", 1), ("val", 1)], limit: 2,
            batches: 5)
        let json = try String(
            contentsOfFile: "\(folder.path)/\(runner.timestamp).log.json", encoding: .utf8)
        let row = #""lr": 0.1, "data_time": 0.25, "loss": 2.30259, "top-1": 12.5, "time": 0.5}"#
        let loss = #""lr": 0.1, "data_time": 0.25, "loss": 1.5, "top-1": 12.5, "time": 0.5}"#
        #expect(
            json.split(separator: "\n").map(String.init) == [
                #"{"seed": 7, "config": "a = \"\u00e9\"\n"}"#,
                #"{"mode": "train", "epoch": 1, "iter": 2, "# + row,
                #"{"mode": "train", "epoch": 1, "iter": 4, "# + row,
                #"{"mode": "val", "epoch": 1, "iter": 3, "lr": 0.1, "accuracy_top-1": 51.3}"#,
                #"{"mode": "val", "epoch": 1, "iter": 2, "# + loss,
                #"{"mode": "train", "epoch": 2, "iter": 2, "# + row,
                #"{"mode": "train", "epoch": 2, "iter": 4, "# + row,
                #"{"mode": "val", "epoch": 2, "iter": 3, "lr": 0.1, "accuracy_top-1": 62.125}"#,
                #"{"mode": "val", "epoch": 2, "iter": 2, "# + loss,
            ])
        let rows = toy.lines.filter { $0.hasPrefix("Epoch") }
        let tail = "time: 0.500, data_time: 0.250, loss: 2.3026, top-1: 12.5000"
        #expect(
            rows == [
                "Epoch [1][1/5]\tlr: 1.000e-01, eta: 0:00:04, \(tail)",
                "Epoch [1][2/5]\tlr: 1.000e-01, eta: 0:00:04, \(tail)",
                "Epoch [1][4/5]\tlr: 1.000e-01, eta: 0:00:03, \(tail)",
                "Epoch(val) [1][3]\taccuracy_top-1: 51.3000",
                "Epoch(val) [1][2]\tloss: 1.5000, top-1: 12.5000",
                "Epoch [2][2/5]\tlr: 1.000e-01, eta: 0:00:01, \(tail)",
                "Epoch [2][4/5]\tlr: 1.000e-01, eta: 0:00:00, \(tail)",
                "Epoch [2][5/5]\tlr: 1.000e-01, eta: 0:00:00, \(tail)",
                "Epoch(val) [2][3]\taccuracy_top-1: 62.1250",
                "Epoch(val) [2][2]\tloss: 1.5000, top-1: 12.5000",
            ])
    }

    @Test("V5: a run by iterations keeps validation apart")
    func iterations() throws {
        let folder = try TemporaryFolder()
        let toy = try toy(folder.path, meta: nil)
        let runner = try run(
            toy, byEpoch: false, interval: 4, workflow: [("train", 2), ("val", 3)], limit: 4,
            batches: 3)
        let json = try String(
            contentsOfFile: "\(folder.path)/\(runner.timestamp).log.json", encoding: .utf8)
        #expect(
            json.split(separator: "\n").map(String.init) == [
                #"{"mode": "val", "epoch": 1, "iter": 2, "lr": 0.1, "data_time": 0.25, "loss": 1.5, "top-1": 12.5, "time": 0.5}"#,
                #"{"mode": "train", "epoch": 1, "iter": 4, "lr": 0.1, "data_time": 0.25, "loss": 2.30259, "top-1": 12.5, "time": 0.5}"#,
                #"{"mode": "val", "epoch": 1, "iter": 3, "lr": 0.1, "accuracy_top-1": 51.3}"#,
                #"{"mode": "val", "epoch": 1, "iter": 4, "lr": 0.1, "data_time": 0.25, "loss": 1.5, "top-1": 12.5, "time": 0.5}"#,
            ])
        #expect(
            toy.lines.filter { $0.hasPrefix("Iter") } == [
                "Iter [1/4]\tlr: 1.000e-01, eta: 0:00:01, time: 0.500, data_time: 0.250, loss: 2.3026, top-1: 12.5000",
                "Iter(val) [2]\tloss: 1.5000, top-1: 12.5000",
                "Iter [4/4]\tlr: 1.000e-01, eta: 0:00:00, time: 0.500, data_time: 0.250, loss: 2.3026, top-1: 12.5000",
                "Iter(val) [3]\taccuracy_top-1: 51.3000",
                "Iter(val) [4]\tloss: 1.5000, top-1: 12.5000",
            ])
    }

    @Test("P21: epochs shorter than the interval are logged once, with a warning")
    func shortEpochs() throws {
        let folder = try TemporaryFolder()
        let toy = try toy(folder.path, meta: nil)
        let runner = try run(
            toy, byEpoch: true, interval: 10, workflow: [("train", 1)], limit: 2, batches: 3)
        let json = try String(
            contentsOfFile: "\(folder.path)/\(runner.timestamp).log.json", encoding: .utf8)
        #expect(
            json.split(separator: "\n").count { $0.contains(#""iter": 3, "lr": 0.1, "data_time""#) }
                == 2)
        #expect(
            toy.output.contents.contains(
                "WARNING - log_config.interval is 10, an epoch has 3 iterations: only its last one is logged"
            ))
    }

    @Test("the lines at the start")
    func start() throws {
        let toy = try Toy(hasOptimizer: false)
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 1)
        try runner.register(IterTimerHook(), priority: .low)
        try runner.run([ToySource(1)], workflow: [("train", 1)])
        let text = toy.output.contents
        #expect(text.contains(", work_dir: NONE\n"))
        #expect(
            text.contains(
                "Hooks will be executed in the following order:\nbefore_train_epoch:\n(LOW         ) IterTimerHook                      \n -------------------- \n"
            ))
        #expect(text.hasSuffix(" - toy - INFO - workflow: [('train', 1)], max: 1 epochs\n"))
        let prefix = #"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - toy - INFO - Start running, host: "#
        #expect(text.range(of: prefix, options: .regularExpression) != nil)
    }

    @Test("averages are weighted by samples and taken over the newest numbers")
    func averages() {
        var buffer = LogBuffer()
        buffer.update("loss", 1, count: 1)
        buffer.update("loss", 4, count: 2)
        buffer.update("loss", 7, count: 4)
        #expect(buffer.averages(over: 2).map(\.value) == [6])
        buffer.average()
        #expect(buffer.output.map(\.value) == [37.0 / 7])
        buffer.clearOutput()
        #expect(!buffer.isReady && buffer.output.isEmpty)
    }
}
