import Classifiers
import ConfigCore
import NeuralNet
import TensorCore
import Testing
import TrainingInterfaces

@Suite("evaluation")
struct EvaluationTests {
    static let backbones: [ConfigNode] = [
        ["type": "ResNet_CIFAR", "depth": 18], ["type": "ResNet_CIFAR", "depth": 50],
        ["type": "ResNet", "depth": 18, "style": "caffe"],
        ["type": "ResNet", "depth": 50, "deep_stem": true, "avg_down": true],
    ]

    @Test(
        "features without a tape are those that the layers give one after another",
        arguments: backbones)
    func sameFeatures(backbone: ConfigNode) throws {
        let bench = try Workbench(seed: 1)
        let small = backbone.setting("base_channels", to: 16).setting("stem_channels", to: 16)
            .setting("out_indices", to: [0, 1, 2, 3])
        let model = try #require(
            try bench.model(classifier(backbone: small, neck: .init(.null)))
                as? ImageClassifier)
        let images = Variable(try bench.device.tensor(.pattern([2, 3, 64, 64])))
        // Statistics of a few batches, so that they differ from their first values.
        for _ in 0..<3 { _ = try model.backbone(images, bench.forward(.training)) }
        try compare(model, images, bench)
        // Statistics that have moved since.
        _ = try model.backbone(images, bench.forward(.training))
        try compare(model, images, bench)
    }

    private func compare(_ model: ImageClassifier, _ images: Variable, _ bench: Workbench) throws {
        let whole = try model.backbone(images, bench.forward(.evaluation))
        let layers = try model.backbone(images, bench.forward(.evaluation, Tape()))
        #expect(whole.map(\.shape) == layers.map(\.shape))
        for (one, other) in zip(whole, layers) {
            let (values, expected) = (try one.value.plainValues(), try other.value.plainValues())
            let largest = expected.map(abs).max() ?? 0
            let difference = zip(values, expected).map { abs($0 - $1) }.max() ?? .infinity
            #expect(largest > 0 && difference <= 1e-5 * largest)
        }
    }
}
