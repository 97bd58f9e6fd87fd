import ConfigCore
import Foundation
import NeuralNet
import Testing
import TorchFile
import TrainingInterfaces
import WorkflowRunner

/// A runner by epochs with a phase that trains and one that does not.
private final class OwnEpochRunner: EpochBasedRunner {
    override var phases: [String: Phase] {
        super.phases.merging([
            "refine": { [unowned self] in try runEpoch($0, as: .train.named("refine")) },
            "probe": { [unowned self] in try runEpoch($0, as: .validation.named("probe")) },
        ]) { $1 }
    }
    override var advancingPhases: Set<String> { ["train", "refine"] }
}

/// The same by iterations.
private final class OwnIterationRunner: IterBasedRunner {
    override var phases: [String: Phase] {
        super.phases.merging([
            "refine": { [unowned self] in try runBatch($0, as: .train.named("refine")) },
            "probe": { [unowned self] in try runBatch($0, as: .validation.named("probe")) },
        ]) { $1 }
    }
    override var advancingPhases: Set<String> { ["train", "refine"] }
}

/// Asks for a stop after an iteration of either kind.
private final class StopAfter: AfterIteration {
    private var left: Int
    init(_ moment: Int) { left = moment }

    func afterIteration(_ runner: BaseRunner) {
        left -= 1
        if left == 0 { runner.stopRequest.request() }
    }
}

@Suite("phases of one's own") struct OwnPhaseTests {
    private static let workflow = [("refine", 2), ("probe", 1), ("train", 1)]

    private func makeRun(
        _ folder: String, byEpoch: Bool, stoppingAt moment: Int = -1, resuming path: String? = nil
    ) throws -> (toy: Toy, runner: BaseRunner, go: () throws -> Void) {
        let toy = try Toy(workDirectory: folder)
        let runner: BaseRunner =
            byEpoch
            ? try OwnEpochRunner(toy.defaults, maxEpochs: 4)
            : try OwnIterationRunner(toy.defaults, maxIterations: 8)
        try runner.registerTrainingHooks(
            lrConfig: ["policy": "CosineAnnealing", "min_lr": 0], optimizerConfig: [:],
            logConfig: ["interval": 2, "hooks": [["type": "TextLoggerHook"]]])
        try runner.register(StopAfter(moment), priority: .lowest)
        if let path { try runner.resume(path) }
        let shared = ToySource(3, generator: toy.generator)
        let probe = ToySource(2, loader: 1, generator: toy.generator, isShuffled: false)
        return (
            toy, runner, { try runner.run([shared, probe, shared], workflow: Self.workflow) }
        )
    }

    private func ending(_ run: (toy: Toy, runner: BaseRunner, go: () throws -> Void)) throws
        -> String
    {
        let weights = try run.toy.model.weight.value.plainValues().map(\.bitPattern)
        return "\(weights) \(run.runner.epoch) \(run.runner.iteration) \(run.toy.generator.state)"
    }

    @Test(
        "they train, count and are logged under their names, and resume in their middle",
        arguments: [
            true, false,
        ])
    func running(byEpoch: Bool) throws {
        let folder = try TemporaryFolder()
        let whole = try makeRun("\(folder.path)/whole", byEpoch: byEpoch)
        try whole.go()
        let expected = try ending(whole)
        let steps = whole.toy.model.seen.count
        #expect(whole.runner.iteration == (byEpoch ? 12 : 8))
        for moment in 1..<steps {
            let parts = "\(folder.path)/\(moment)"
            let first = try makeRun(parts, byEpoch: byEpoch, stoppingAt: moment)
            #expect(throws: RunInterrupted.self) { try first.go() }
            let rest = try makeRun(parts, byEpoch: byEpoch, resuming: "\(parts)/latest.pth")
            try rest.go()
            #expect(try ending(rest) == expected)
            #expect(first.toy.model.seen + rest.toy.model.seen == whole.toy.model.seen)
        }
    }

    @Test("their rows in the log have their names")
    func rows() throws {
        let folder = try TemporaryFolder()
        let epochs = try makeRun(folder.path + "/epochs", byEpoch: true)
        try epochs.go()
        let rows = try String(
            contentsOfFile: "\(folder.path)/epochs/\(epochs.runner.timestamp).log.json",
            encoding: .utf8
        ).split(separator: "\n").compactMap { row in
            row.range(
                of: #"^\{"mode": "\w+", "epoch": \d+, "iter": \d+"#, options: .regularExpression
            )
            .map { String(row[$0]) }
        }
        #expect(
            Set(rows).isSuperset(of: [
                #"{"mode": "refine", "epoch": 1, "iter": 2"#,
                #"{"mode": "refine", "epoch": 2, "iter": 2"#,
                #"{"mode": "probe", "epoch": 2, "iter": 2"#,
                #"{"mode": "train", "epoch": 3, "iter": 2"#,
                #"{"mode": "refine", "epoch": 4, "iter": 2"#,
                #"{"mode": "probe", "epoch": 4, "iter": 2"#,
            ]))
    }

    @Test("a workflow of them alone ends; the remedy of one without training names them")
    func ends() throws {
        let toy = try Toy(hasOptimizer: false)
        let runner = try OwnEpochRunner(toy.defaults, maxEpochs: 3)
        try runner.run([ToySource(2)], workflow: [("refine", 1)])
        #expect(runner.epoch == 3 && runner.maxIterations == 6)
        let error = #expect(throws: WorkflowError.self) {
            try OwnEpochRunner(toy.defaults, maxEpochs: 3)
                .run([ToySource(2)], workflow: [("probe", 1)])
        }
        #expect(
            error?.description
                == "workflow: [('probe', 1)] would never end, it has no training phase; add (\"refine\", 1) or (\"train\", 1)"
        )
    }

    @Test("one without data is a function")
    func withoutData() throws {
        final class Runner: EpochBasedRunner {
            var calls = 0
            override var phases: [String: Phase] {
                super.phases.merging(["probe": { [unowned self] _ in calls += 1 }]) { $1 }
            }
        }
        let toy = try Toy(hasOptimizer: false)
        let runner = try Runner(toy.defaults, maxEpochs: 3)
        try runner.run([ToySource(2), ToySource(1)], workflow: [("train", 1), ("probe", 2)])
        #expect(runner.calls == 6)
    }
}
