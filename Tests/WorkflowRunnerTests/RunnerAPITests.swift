import ConfigCore
import Foundation
import NeuralNet
import Testing
import TorchFile
import TrainingInterfaces
import WorkflowRunner

/// Notes at which iterations and epochs the predicates hold.
private final class PredicateHook: AfterTrainIteration, AfterTrainEpoch {
    var iterations: [String] = []
    var epochs: [String] = []

    func afterTrainIteration(_ runner: BaseRunner) {
        iterations.append(
            (runner.isEvery(iterations: 4) ? "i" : "")
                + (runner.isEvery(innerIterations: 2) ? "n" : "")
                + (runner.isEvery(iterations: 0) ? "0" : "") + (runner.isEndOfEpoch ? "e" : "")
                + (runner.isLastIteration ? "l" : ""))
    }

    func afterTrainEpoch(_ runner: BaseRunner) {
        epochs.append(
            (runner.isEvery(epochs: 2) ? "e" : "") + (runner.isEvery(epochs: -1) ? "0" : "")
                + (runner.isLastEpoch ? "l" : ""))
    }
}

@Suite("what MMCV's runners offer") struct RunnerAPITests {
    @Test("hooks ask what is due")
    func predicates() throws {
        let toy = try Toy(hasOptimizer: false)
        let hook = PredicateHook()
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 3)
        try runner.register(hook)
        try runner.run([ToySource(3)], workflow: [("train", 1)])
        #expect(hook.iterations == ["", "n", "e", "i", "n", "e", "", "in", "el"])
        #expect(hook.epochs == ["", "e", "l"])
    }

    @Test("each kind of hook is registered on its own, with its priority")
    func registering() throws {
        let runner = try IterBasedRunner(Toy().defaults, maxIterations: 1)
        try runner.registerLoggerHooks(["interval": 5, "hooks": [["type": "TextLoggerHook"]]])
        try runner.registerTimerHook(["type": "IterTimerHook"])
        try runner.registerCheckpointHook(["interval": 1])
        try runner.registerCustomHooks(["type": "IterTimerHook", "priority": "HIGHEST"])
        try runner.registerOptimizerHook([:])
        try runner.registerLearningRateHook(["policy": "step", "step": 1])
        #expect(
            runner.registeredHooks.map { "\($0.priority.rawValue) \($0.hook.name)" } == [
                "0 IterTimerHook", "10 StepLrUpdaterHook", "40 OptimizerHook", "50 CheckpointHook",
                "70 IterTimerHook", "90 TextLoggerHook",
            ])
    }

    @Test("rates and momentums of every group; what there is without an optimizer")
    func rates() throws {
        let runner = try EpochBasedRunner(Toy(learningRate: 0.25).defaults, maxEpochs: 1)
        #expect(try runner.currentLearningRates.map(\.values) == [[0.25]])
        #expect(try runner.currentMomentums.map(\.values) == [[0.9]])
        #expect(runner.modelName == "ToyModel" && runner.rank == 0 && runner.worldSize == 1)
        let bare = try EpochBasedRunner(Toy(hasOptimizer: false).defaults, maxEpochs: 1)
        let error = #expect(throws: RunnerError.self) { try bare.currentLearningRates }
        #expect(error?.description == "lr: the run has no optimizer")
    }

    @Test("limits that are missing, or come only with run")
    func limits() throws {
        let toy = try Toy(hasOptimizer: false)
        let cases: [(BaseRunner, String)] = [
            (
                try EpochBasedRunner(toy.defaults),
                "runner: max_epochs is not set; say how many epochs to train"
            ),
            (
                try IterBasedRunner(toy.defaults),
                "runner: max_iters is not set; say how many iterations to train"
            ),
            (
                try BaseRunner(toy.defaults),
                "runner: BaseRunner has no loop of its own; use EpochBasedRunner or IterBasedRunner"
            ),
        ]
        for (runner, message) in cases {
            let error = #expect(throws: RunnerError.self) {
                try runner.run([ToySource(1)], workflow: [("train", 1)])
            }
            #expect(error?.description == message)
        }
        let runner = try EpochBasedRunner(toy.defaults)
        try runner.run([ToySource(1)], workflow: [("train", 1)], maxEpochs: 2)
        #expect(runner.epoch == 2)
        #expect(
            toy.output.contents.contains(
                "WARNING - max_epochs given to run is deprecated; set it in the runner's config"))
    }
}
