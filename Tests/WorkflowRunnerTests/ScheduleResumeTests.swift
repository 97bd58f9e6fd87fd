import ConfigCore
import Foundation
import NeuralNet
import Testing
import TorchFile
import TrainingInterfaces
import WorkflowRunner

/// Schedules of a run that is resumed in the tests below.
struct ScheduleCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let byEpoch: Bool
    let lrConfig: ConfigNode
    let momentumConfig: ConfigNode

    static let all = iterationCases(byEpoch: true) + iterationCases(byEpoch: false) + [epochCase]

    private static let epochCase = ScheduleCase(
        testDescription: "by epoch with warmup", byEpoch: true,
        lrConfig: [
            "policy": "FlatCosineAnnealing", "start_percent": 0.3, "min_lr": 0, "warmup": "exp",
            "warmup_iters": 2, "warmup_by_epoch": true,
        ],
        momentumConfig: [
            "policy": "CosineAnnealing", "min_momentum": 0.5, "warmup": "linear",
            "warmup_iters": 6,
        ])

    private static func iterationCases(byEpoch: Bool) -> [ScheduleCase] {
        let runner = byEpoch ? "epochs" : "iterations"
        return [
            ScheduleCase(
                testDescription: "cyclic, \(runner)", byEpoch: byEpoch,
                lrConfig: [
                    "policy": "cyclic", "cyclic_times": 2, "gamma": 0.5, "target_ratio": [3, 0.01],
                ],
                momentumConfig: [
                    "policy": "cyclic", "cyclic_times": 3, "warmup": "linear", "warmup_iters": 4,
                ]),
            ScheduleCase(
                testDescription: "one cycle, \(runner)", byEpoch: byEpoch,
                lrConfig: ["policy": "OneCycle", "max_lr": 0.3, "three_phase": true],
                momentumConfig: ["policy": "OneCycle", "base_momentum": [0.8]]),
            ScheduleCase(
                testDescription: "restarts and steps, \(runner)", byEpoch: byEpoch,
                lrConfig: [
                    "policy": "CosineRestart", "periods": [5, 9], "restart_weights": [1, 0.5],
                    "min_lr_ratio": 0.1, "by_epoch": false,
                ],
                momentumConfig: ["policy": "step", "step": [3, 7], "by_epoch": false]),
        ]
    }
}

/// Asks once for a stop after an iteration; what hooks behind it have to do is done when the run is resumed.
private final class StopOnce: AfterTrainIteration {
    private let iteration: Int
    init(after iteration: Int) { self.iteration = iteration }

    func afterTrainIteration(_ runner: BaseRunner) throws {
        if runner.iteration == iteration { throw StopRequested() }
    }
}

@Suite("schedules go on in the same bits") struct ScheduleResumeTests {
    /// Epochs of four and three iterations in turn, or as many iterations.
    private func makeRun(
        _ c: ScheduleCase, in folder: String, resuming path: String? = nil, limit: Int? = nil,
        learningRate: Double = 0.1, stoppingAfter iteration: Int = -1
    ) throws -> (toy: Toy, recorder: ScheduleRecorder, go: () throws -> Void) {
        let toy = try Toy(
            workDirectory: folder, learningRate: learningRate, meta: TorchDictionary())
        let runner: BaseRunner =
            c.byEpoch
            ? try EpochBasedRunner(toy.defaults, maxEpochs: limit ?? 3)
            : try IterBasedRunner(toy.defaults, maxIterations: limit ?? 11)
        try runner.registerTrainingHooks(
            lrConfig: c.lrConfig, optimizerConfig: [:], momentumConfig: c.momentumConfig)
        if path == nil { try runner.register(CheckpointHook(interval: 1, byEpoch: false)) }
        let recorder = ScheduleRecorder()
        try runner.register(StopOnce(after: iteration), priority: .low)
        try runner.register(recorder, priority: .lowest)
        if let path { try runner.resume(path) }
        let loaders = [4, 3].enumerated().map { place, count in
            ToySource(count, loader: place, generator: toy.generator)
        }
        return (
            toy, recorder,
            { try runner.run(loaders, workflow: [("train", 1), ("train", 1)]) }
        )
    }

    private func ending(_ toy: Toy) throws -> String {
        let weight = try toy.model.weight.value.plainValues().map(\.bitPattern)
        return try
            "\(weight) \(String(describing: toy.defaults.optimizer?.single?.optimizer.state()))"
    }

    @Test("from every iteration", arguments: ScheduleCase.all)
    func everyIteration(_ c: ScheduleCase) throws {
        let folder = try TemporaryFolder()
        let whole = try makeRun(c, in: folder.path + "/whole")
        try whole.go()
        let expected = try ending(whole.toy)
        #expect(whole.recorder.rows.count == 11)
        #expect(Set(whole.recorder.rows.flatMap(\.momentums)).count > 2)
        var failures: [Int] = []
        for iteration in 1...11 {
            let resumed = try makeRun(
                c, in: folder.path + "/resumed",
                resuming: "\(folder.path)/whole/iter_\(iteration).pth")
            try resumed.go()
            // A checkpoint of the last iteration of an epoch lets its epoch end.
            let rest = Array(whole.recorder.rows.drop { $0.iteration < iteration })
            let rows = resumed.recorder.rows.filter { $0.iteration >= iteration }
            if try rows != rest || ending(resumed.toy) != expected
                || resumed.toy.output.contents.contains("WARNING")
            {
                failures.append(iteration)
            }
        }
        #expect(failures == [])
    }

    @Test(
        "hooks that were still to come see the iteration's own values", arguments: ScheduleCase.all)
    func pendingHooks(_ c: ScheduleCase) throws {
        let folder = try TemporaryFolder()
        let whole = try makeRun(c, in: folder.path + "/whole")
        try whole.go()
        var failures: [Int] = []
        for iteration in 0..<11 {
            let stopped = try makeRun(
                c, in: folder.path + "/stopped", stoppingAfter: iteration)
            let stop = #expect(throws: RunInterrupted.self) { try stopped.go() }
            let resumed = try makeRun(
                c, in: folder.path + "/stopped", resuming: #require(stop?.checkpoint))
            try resumed.go()
            if stopped.recorder.rows + resumed.recorder.rows != whole.recorder.rows {
                failures.append(iteration)
            }
        }
        #expect(failures == [])
    }

    @Test("what the config says counts: more epochs, another rate")
    func changedConfig() throws {
        let folder = try TemporaryFolder()
        let c = ScheduleCase(
            testDescription: "", byEpoch: true,
            lrConfig: ["policy": "CosineAnnealing", "min_lr": 0, "by_epoch": false],
            momentumConfig: ["policy": "LinearAnnealing", "min_momentum": 0, "by_epoch": false])
        try makeRun(c, in: folder.path).go()
        for (limit, rate) in [(5, 0.1), (3, 0.05), (4, 0.2)] {
            let fresh = try makeRun(
                c, in: folder.path + "/fresh", limit: limit, learningRate: rate)
            try fresh.go()
            let resumed = try makeRun(
                c, in: folder.path + "/resumed", resuming: folder.path + "/iter_5.pth",
                limit: limit, learningRate: rate)
            try resumed.go()
            let rows = resumed.recorder.rows.filter { $0.iteration >= 5 }
            #expect(rows == Array(fresh.recorder.rows.dropFirst(5)))
            let warning =
                "the checkpoint was trained with lr 0.1, the config says \(rate): the config counts"
            #expect(resumed.toy.output.contents.contains(warning) == (rate != 0.1))
        }
    }

    @Test("a rate that a hook of one's own changed goes on where it was")
    func ownHook() throws {
        final class Halving: AfterTrainEpoch {
            func afterTrainEpoch(_ runner: BaseRunner) {
                runner.optimizer?.single?.optimizer.groups.first?.learningRate *= 0.5
            }
        }
        let folder = try TemporaryFolder()
        for (rate, expected) in [(0.1, 0.0125), (0.3, 0.075)] {
            let toy = try Toy(workDirectory: folder.path, learningRate: 0.1)
            let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 1)
            try runner.register(Halving())
            try runner.register(CheckpointHook(interval: 1))
            try runner.run([ToySource(2)], workflow: [("train", 1)])

            let second = try Toy(workDirectory: folder.path, learningRate: rate)
            let resumed = try EpochBasedRunner(second.defaults, maxEpochs: 3)
            try resumed.register(Halving())
            try resumed.resume(folder.path + "/epoch_1.pth")
            try resumed.run([ToySource(2)], workflow: [("train", 1)])
            #expect(try resumed.currentLearningRates.first?.values == [expected])
        }
    }
}
