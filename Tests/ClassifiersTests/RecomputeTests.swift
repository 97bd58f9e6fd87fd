import Classifiers
import ConfigCore
import NeuralNet
import TensorCore
import Testing
import TrainingInterfaces

@Suite("with_cp")
struct RecomputeTests {
    private struct Step: Equatable {
        var loss: Double
        var gradients: [[Float]]
        var state: StateDictionary
    }

    @Test(
        "blocks that are computed twice give the same bits, statistics included",
        arguments: [18, 50])
    func sameBits(depth: Int) throws {
        let kept = try step(depth: depth, recomputes: false)
        let recomputed = try step(depth: depth, recomputes: true)
        #expect(kept.step == recomputed.step)
        #expect(recomputed.peak < kept.peak)
    }

    private func step(depth: Int, recomputes: Bool) throws -> (step: Step, peak: Int) {
        let bench = try Workbench(seed: 1)
        let model = try bench.model(
            classifier(
                backbone: [
                    "type": "ResNet_CIFAR", "depth": ConfigNode(.int(depth)), "base_channels": 4,
                    "stem_channels": 4, "with_cp": ConfigNode(.bool(recomputes)),
                ],
                head: [
                    "type": "LinearClsHead", "num_classes": 10,
                    "in_channels": ConfigNode(.int(depth == 18 ? 32 : 128)),
                ]))
        let batch = Batch.images(.pattern([16, 3, 32, 32]), labels: (0..<16).map { $0 % 10 })
        let tape = Tape()
        let output = try model.trainStep(batch, OptimizerSet([]), bench.forward(.training, tape))
        try tape.backward(from: try #require(output.loss))
        let gradients = try model.namedParameters().map {
            try #require($0.parameter.gradient).plainValues()
        }
        let loss = try #require(output.logVariables.last).value
        let result = Step(
            loss: loss, gradients: gradients, state: try model.stateDictionary())
        return (result, bench.device.memoryStatistics.peak)
    }
}
