import ConfigCore
import Foundation
import NeuralNet
import TensorCore
import Testing
import TorchFile
import TrainingInterfaces
import WorkflowRunner

/// A run that is stopped, killed and resumed in the tests below.
struct ResumeCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let byEpoch: Bool
    let workflow: [(String, Int)]
    let limit: Int

    static let all: [ResumeCase] = [
        .init(testDescription: "epochs", byEpoch: true, workflow: [("train", 1)], limit: 3),
        .init(
            testDescription: "epochs and validation", byEpoch: true,
            workflow: [("train", 2), ("val", 1)], limit: 3),
        .init(
            testDescription: "validation first", byEpoch: true,
            workflow: [("val", 1), ("train", 1)], limit: 2),
        .init(testDescription: "iterations", byEpoch: false, workflow: [("train", 1)], limit: 9),
        .init(
            testDescription: "iterations and validation", byEpoch: false,
            workflow: [("train", 3), ("val", 2)], limit: 10),
    ]
}

/// Asks for a stop after that many training iterations.
private final class StopHook: AfterTrainIteration {
    let iteration: Int
    init(_ iteration: Int) { self.iteration = iteration }
    func afterTrainIteration(_ runner: BaseRunner) {
        if runner.iteration + 1 == iteration { runner.stopRequest.request(signal: 15) }
    }
}

@Suite("a resumed run ends in the same bits") struct ResumeTests {
    /// The toy run of a case; the same every time but for its folder, where it begins and what stops it.
    private func makeRun(
        _ c: ResumeCase, in folder: String, resuming path: String? = nil, stoppingAfter stop: Int = -1
    ) throws -> (toy: Toy, runner: BaseRunner, go: () throws -> Void) {
        let toy = try Toy(workDirectory: folder, meta: TorchDictionary())
        let runner: BaseRunner =
            c.byEpoch
            ? try EpochBasedRunner(toy.defaults, maxEpochs: c.limit)
            : try IterBasedRunner(toy.defaults, maxIterations: c.limit)
        try runner.registerTrainingHooks(
            lrConfig: ["policy": "CosineAnnealing", "min_lr": 0, "warmup": "linear", "warmup_iters": 3],
            optimizerConfig: ["grad_clip": ["max_norm": 0.5]], checkpointConfig: ["interval": 1],
            logConfig: ["interval": 2, "hooks": [["type": "TextLoggerHook"]]])
        // Every iteration leaves a checkpoint, as well as every epoch.
        try runner.register(CheckpointHook(interval: 1, byEpoch: false))
        var evaluation = EvaluationOptions()
        evaluation.byEpoch = c.byEpoch
        evaluation.interval = c.byEpoch ? 1 : 4
        evaluation.saveBest = "auto"
        try runner.register(
            EvalHook(
                loader: ToySource(2, loader: 9, generator: toy.generator),
                evaluator: WeightEvaluator(), options: evaluation), priority: .low)
        try runner.register(StopHook(stop), priority: .lowest)
        if let path { try runner.resume(path) }
        let loaders = c.workflow.enumerated().map { place, step in
            ToySource(step.0 == "train" ? 4 : 3, loader: place, generator: toy.generator)
        }
        return (toy, runner, { try runner.run(loaders, workflow: c.workflow) })
    }

    /// What two runs must agree in at their ends.
    private func ending(_ run: (toy: Toy, runner: BaseRunner, go: () throws -> Void)) throws -> String {
        let model = try run.toy.model.stateDictionary()
        let optimizer = try run.toy.defaults.optimizer?.single?.optimizer.state()
        let arrays = model.names.map { name in
            "\(name)=\(model[name]?.floats.map(\.bitPattern) ?? [])"
        }
        return arrays.joined(separator: " ") + " \(optimizer.map { "\($0)" } ?? "")"
            + " \(run.toy.generator.state.engine.hashValue) \(run.runner.epoch) \(run.runner.iteration)"
            + " \(run.runner.hookMessages["best_score"]?.double ?? .nan)"
    }

    @Test("from every checkpoint", arguments: ResumeCase.all)
    func everyCheckpoint(_ c: ResumeCase) throws {
        let folder = try TemporaryFolder()
        let whole = try makeRun(c, in: folder.path + "/whole")
        try whole.go()
        let expected = try ending(whole)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/whole")
            .filter { $0.hasSuffix(".pth") }.sorted()
        #expect(files.count > 8)
        var failures: [String] = []
        for file in files {
            let resumed = try makeRun(
                c, in: folder.path + "/resumed", resuming: "\(folder.path)/whole/\(file)")
            try resumed.go()
            if try ending(resumed) != expected { failures.append(file) }
        }
        #expect(failures == [])
    }

    @Test("from wherever it was stopped", arguments: ResumeCase.all, 1...8)
    func stopped(_ c: ResumeCase, after iteration: Int) throws {
        let folder = try TemporaryFolder()
        let whole = try makeRun(c, in: folder.path + "/whole")
        try whole.go()
        let first = try makeRun(c, in: folder.path + "/stopped", stoppingAfter: iteration)
        let stop = #expect(throws: RunInterrupted.self) { try first.go() }
        let path = try #require(stop?.checkpoint)
        #expect(path == folder.path + "/stopped/iter_\(iteration).pth")
        #expect(stop?.signal == 15)
        let second = try makeRun(c, in: folder.path + "/stopped", resuming: path)
        try second.go()
        #expect(try ending(second) == ending(whole))
    }

    @Test("a longer run goes on from the end of a shorter one")
    func extended() throws {
        let folder = try TemporaryFolder()
        let short = ResumeCase(
            testDescription: "", byEpoch: true, workflow: [("train", 2), ("val", 1)], limit: 3)
        let long = ResumeCase(
            testDescription: "", byEpoch: true, workflow: short.workflow, limit: 5)
        try makeRun(short, in: folder.path).go()
        let trace = TraceHook()
        let resumed = try makeRun(long, in: folder.path, resuming: folder.path + "/epoch_3.pth")
        try resumed.runner.register(trace)
        try resumed.go()
        let phases = trace.rows.compactMap { row -> String? in
            row.hasPrefix("before_train_epoch") ? "T" : row.hasPrefix("before_val_epoch") ? "V" : nil
        }
        // The third training epoch began a second round, which its fourth completes.
        #expect(phases.joined() == "TVTV")
    }

    @Test("another workflow starts from its first entry")
    func otherWorkflow() throws {
        let folder = try TemporaryFolder()
        try makeRun(ResumeCase.all[0], in: folder.path).go()
        let resumed = try makeRun(
            ResumeCase.all[1], in: folder.path, resuming: folder.path + "/iter_6.pth")
        try resumed.go()
        #expect(resumed.runner.iteration == 12)
        #expect(
            resumed.toy.output.contents.contains(
                "WARNING - the checkpoint's workflow was [('train', 1)]; the workflow starts from its first entry"
            ))
    }

    @Test("what the config says about lr counts")
    func changedRate() throws {
        let folder = try TemporaryFolder()
        try makeRun(ResumeCase.all[0], in: folder.path).go()
        let toy = try Toy(workDirectory: folder.path, learningRate: 0.05)
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 4)
        try runner.resume(folder.path + "/epoch_3.pth")
        let group = toy.defaults.optimizer?.single?.optimizer.groups.first
        #expect(group?.initialLearningRate == 0.05)
        #expect(
            toy.output.contents.contains(
                "the checkpoint was trained with lr 0.1, the config says 0.05: the config counts"))
    }
}

/// Scores by the model's first weight, so that the best checkpoint depends on training.
private final class WeightEvaluator: Evaluator {
    private var sum = 0.0
    func process(_ batch: Batch, predictions: PlainTensor) throws {
        sum += Double(predictions.floats[0])
    }
    func compute() throws -> [(name: String, value: Double)] {
        defer { sum = 0 }
        return [("accuracy_top-1", sum)]
    }
}
