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
    var optimizerHook: ConfigNode = ["grad_clip": ["max_norm": 0.5]]
    var customHooks: ConfigNode?

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
        .init(
            testDescription: "epochs, gradients gathered over 3", byEpoch: true,
            workflow: [("train", 1)], limit: 2, optimizerHook: gathering),
        .init(
            testDescription: "iterations, gradients gathered over 3", byEpoch: false,
            workflow: [("train", 2), ("val", 1)], limit: 8, optimizerHook: gathering),
        .init(
            testDescription: "epochs and validation, averaged weights", byEpoch: true,
            workflow: [("train", 2), ("val", 1)], limit: 3, customHooks: averaging),
        .init(
            testDescription: "epochs, averaged weights behind checkpoints", byEpoch: true,
            workflow: [("train", 1)], limit: 3, customHooks: [["type": "EMAHook", "momentum": 0.3]]),
        .init(
            testDescription: "iterations and validation, averaged weights and gathered gradients",
            byEpoch: false, workflow: [("train", 3), ("val", 2)], limit: 10,
            optimizerHook: gathering, customHooks: averaging),
        .init(
            testDescription: "iterations, averaged weights behind checkpoints", byEpoch: false,
            workflow: [("train", 1)], limit: 9,
            customHooks: [["type": "EMAHook", "momentum": 0.3, "interval": 2]]),
    ]

    private static let gathering: ConfigNode = [
        "type": "GradientCumulativeOptimizerHook", "cumulative_iters": 3,
        "grad_clip": ["max_norm": 0.5],
    ]
    private static let averaging: ConfigNode = [
        ["type": "EMAHook", "momentum": 0.3, "warm_up": 4, "priority": "ABOVE_NORMAL"]
    ]
}

/// Asks for a stop at a moment: after a training iteration, a validation iteration or a batch of evaluation.
private final class StopHook: AfterTrainIteration, AfterValidationIteration {
    private var left: Int
    init(_ moment: Int) { left = moment }

    func count(_ runner: BaseRunner) {
        left -= 1
        if left == 0 { runner.stopRequest.request(signal: 15) }
    }

    func afterTrainIteration(_ runner: BaseRunner) { count(runner) }
    func afterValidationIteration(_ runner: BaseRunner) { count(runner) }
}

/// Saves a checkpoint at stages where no hook of ours does.
private final class SavingHook: BeforeRun, BeforeTrainEpoch, BeforeTrainIteration,
    BeforeValidationEpoch, BeforeValidationIteration, AfterValidationIteration,
    AfterValidationEpoch, AfterTrainEpoch, AfterRun
{
    private var count = 0

    private func save(_ runner: BaseRunner) throws {
        count += 1
        try runner.saveCheckpoint(template: "stage_{}.pth", number: count)
    }

    func beforeRun(_ runner: BaseRunner) throws { try save(runner) }
    func beforeTrainEpoch(_ runner: BaseRunner) throws { try save(runner) }
    func beforeTrainIteration(_ runner: BaseRunner) throws { try save(runner) }
    func beforeValidationEpoch(_ runner: BaseRunner) throws { try save(runner) }
    func beforeValidationIteration(_ runner: BaseRunner) throws { try save(runner) }
    func afterValidationIteration(_ runner: BaseRunner) throws { try save(runner) }
    func afterValidationEpoch(_ runner: BaseRunner) throws { try save(runner) }
    func afterTrainEpoch(_ runner: BaseRunner) throws { try save(runner) }
    func afterRun(_ runner: BaseRunner) throws { try save(runner) }
}

@Suite("a resumed run ends in the same bits") struct ResumeTests {
    /// The toy run of a case; the same every time but for its folder, where it begins and what stops it.
    private func makeRun(
        _ c: ResumeCase, in folder: String, resuming path: String? = nil, saves: Bool = false,
        stoppingAt moment: Int = -1
    ) throws -> (toy: Toy, runner: BaseRunner, go: () throws -> Void) {
        let toy = try Toy(workDirectory: folder, meta: TorchDictionary())
        let runner: BaseRunner =
            c.byEpoch
            ? try EpochBasedRunner(toy.defaults, maxEpochs: c.limit)
            : try IterBasedRunner(toy.defaults, maxIterations: c.limit)
        try runner.registerTrainingHooks(
            lrConfig: [
                "policy": "CosineAnnealing", "min_lr": 0, "warmup": "linear", "warmup_iters": 3,
            ],
            optimizerConfig: c.optimizerHook,
            checkpointConfig: saves ? ["interval": 1] : .none,
            logConfig: ["interval": 2, "hooks": [["type": "TextLoggerHook"]]],
            customHooks: c.customHooks)
        if saves {
            // Every iteration leaves a checkpoint, and many other moments.
            try runner.register(CheckpointHook(interval: 1, byEpoch: false))
            try runner.register(SavingHook())
        }
        let stop = StopHook(moment)
        var evaluation = EvaluationOptions()
        evaluation.byEpoch = c.byEpoch
        evaluation.interval = c.byEpoch ? 1 : 4
        evaluation.saveBest = "auto"
        try runner.register(
            EvalHook(
                loader: ToySource(2, loader: 9, generator: toy.generator, isShuffled: false),
                evaluator: WeightEvaluator(), options: evaluation
            ) { [unowned runner] _, _ in stop.count(runner) }, priority: .low)
        try runner.register(stop, priority: .lowest)
        if let path { try runner.resume(path) }
        let loaders = c.workflow.enumerated().map { place, step in
            ToySource(
                step.0 == "train" ? 4 : 3, loader: place, generator: toy.generator,
                isShuffled: step.0 == "train")
        }
        return (toy, runner, { try runner.run(loaders, workflow: c.workflow) })
    }

    /// What two runs must agree in at their ends.
    private func ending(_ run: (toy: Toy, runner: BaseRunner, go: () throws -> Void)) throws
        -> String
    {
        // A checkpoint has the state of hooks too.
        let last = try run.runner.saveCheckpoint(template: "last.bin", createsSymlink: false)
        let model = try Checkpoint.read(last).state
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
        let whole = try makeRun(c, in: folder.path + "/whole", saves: true)
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

    @Test("from wherever it was stopped", arguments: ResumeCase.all)
    func stopped(_ c: ResumeCase) throws {
        let folder = try TemporaryFolder()
        let whole = try makeRun(c, in: folder.path + "/whole")
        try whole.go()
        let expected = try ending(whole)
        var failures: [Int] = []
        for moment in 1...12 {
            let first = try makeRun(c, in: folder.path + "/stopped", stoppingAt: moment)
            let stop = #expect(throws: RunInterrupted.self) { try first.go() }
            let path = try #require(stop?.checkpoint)
            let iteration = try Checkpoint.read(path).meta["iter"]?.int ?? -1
            #expect(path == "\(folder.path)/stopped/iter_\(iteration).pth")
            #expect(stop?.signal == 15)
            let second = try makeRun(c, in: folder.path + "/stopped", resuming: path)
            try second.go()
            if try ending(second) != expected { failures.append(moment) }
        }
        #expect(failures == [])
    }

    @Test("a longer run goes on from the end of a shorter one")
    func extended() throws {
        let folder = try TemporaryFolder()
        let short = ResumeCase(
            testDescription: "", byEpoch: true, workflow: [("train", 2), ("val", 1)], limit: 3)
        let long = ResumeCase(
            testDescription: "", byEpoch: true, workflow: short.workflow, limit: 5)
        try makeRun(short, in: folder.path, saves: true).go()
        let trace = TraceHook()
        let resumed = try makeRun(long, in: folder.path, resuming: folder.path + "/epoch_3.pth")
        try resumed.runner.register(trace)
        try resumed.go()
        let phases = trace.rows.compactMap { row -> String? in
            row.hasPrefix("before_train_epoch")
                ? "T" : row.hasPrefix("before_val_epoch") ? "V" : nil
        }
        // The third training epoch began a second round, which its fourth completes.
        #expect(phases.joined() == "TVTV")
    }

    @Test("V17: settings the config has changed count, all others go on as saved")
    func v17_changedOptionsCountOnResume() throws {
        let folder = try TemporaryFolder()
        try makeRun(ResumeCase.all[0], in: folder.path, saves: true).go()
        let found = try FoundCheckpoint(folder.path + "/epoch_3.pth")
        let toy = try Toy(workDirectory: folder.path, learningRate: 0.05)
        let group = try #require(toy.defaults.optimizer?.single?.optimizer.groups.first)
        group["weight_decay"] = .double(0.3)
        group["momentum"] = .double(0.5)
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 4)
        // Twice, as a trial run and the real one do.
        for _ in 0..<2 { try runner.resume(found, changedOptions: ["weight_decay"]) }
        #expect(group["weight_decay"] == .double(0.3))
        #expect(group["momentum"] == .double(0.9))
        #expect(group.initialLearningRate == 0.1)
        for _ in 0..<2 { try runner.resume(found, changedOptions: ["lr"]) }
        #expect(group["weight_decay"] == .double(0))
        #expect(group.initialLearningRate == 0.1)
    }

    @Test(
        "V12: the log of a resumed run begins with what is known of the run, without its progress")
    func v12_firstLineOfAResumedLogHasNoProgress() throws {
        let folder = try TemporaryFolder()
        try makeRun(ResumeCase.all[0], in: folder.path, saves: true).go()
        var toy = try Toy(
            workDirectory: folder.path, meta: TorchDictionary([("seed", 7), ("config", "a = 1\n")]))
        toy.defaults.timestamp = "resumed"
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 4)
        try runner.register(OptimizerHook(), priority: .aboveNormal)
        try runner.register(TextLoggerHook(), priority: .veryLow)
        try runner.resume(folder.path + "/epoch_3.pth")
        try runner.run(
            [ToySource(4, generator: toy.generator)], workflow: [("train", 1)])
        let json = try String(contentsOfFile: folder.path + "/resumed.log.json", encoding: .utf8)
        let first = try #require(json.split(separator: "\n").first)
        let keys = try JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: Any]
        #expect(keys?.keys.sorted() == ["config", "hook_msgs", "seed"])
    }

    @Test("another workflow starts from its first entry")
    func otherWorkflow() throws {
        let folder = try TemporaryFolder()
        try makeRun(ResumeCase.all[0], in: folder.path, saves: true).go()
        let resumed = try makeRun(
            ResumeCase.all[1], in: folder.path, resuming: folder.path + "/iter_6.pth")
        try resumed.go()
        #expect(resumed.runner.iteration == 12)
        #expect(
            resumed.toy.output.contents.contains(
                "WARNING - the checkpoint's workflow was [('train', 1)]; the workflow starts from its first entry"
            ))
    }

    @Test("V17: what the config says about lr counts, not what was saved")
    func v17_configuredRateCountsOnResume() throws {
        let folder = try TemporaryFolder()
        try makeRun(ResumeCase.all[0], in: folder.path, saves: true).go()
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
