import Classifiers
import ConfigCore
import Foundation
import NeuralNet
import TensorCore
import Testing

/// Class scores of networks whose weights are sines, against those of MMClassification 0.25 with PyTorch.
@Suite("class scores are the original's") struct LogitTests {
    struct Recorded: Sendable, CustomTestStringConvertible {
        let backbone: ConfigNode
        let channels: Int
        var neck = "GlobalAveragePooling"
        let scores: [Float]

        var testDescription: String { backbone["type"]?.string ?? "" }
    }

    static let recorded: [Recorded] = [
        Recorded(
            backbone: [
                "type": "SEResNeXt", "depth": 50, "groups": 8, "width_per_group": 2,
                "base_channels": 16, "stem_channels": 16,
            ], channels: 512,
            scores: [
                -7.4201, -6.42277, -0.10329, 6.33276, 7.57912, 2.6176, -4.44104, -7.75982, -4.60562,
                2.39071, -6.26246, -5.41082, -0.07453, 5.35453, 6.40348, 2.21753, -3.73444,
                -6.53134,
                -3.87196, 2.02237,
            ]),
        Recorded(
            backbone: ["type": "ResNetV1d", "depth": 50, "base_channels": 8, "stem_channels": 8],
            channels: 256, neck: "GeneralizedMeanPooling",
            scores: [
                -1417.19446, -665.4483, 231.94579, 1078.56921, 1689.1178, 1929.95764, 1748.37634,
                1184.12012, 360.69333, -541.67389, -438.71085, -201.12669, 80.47477, 344.45981,
                533.0506, 604.97174, 544.4834, 364.827, 105.32587, -177.22108,
            ]),
        Recorded(
            backbone: ["type": "MobileNetV2", "widen_factor": 0.25], channels: 1280,
            scores: [
                0.5413, 0.69217, -1.75821, 1.67272, -0.63514, -0.66651, 1.79168, -1.59296, 0.79749,
                0.77955, 0.54154, 0.69257, -1.75902, 1.67348, -0.6354, -0.6669, 1.79249, -1.59372,
                0.79776, 0.77992,
            ]),
        Recorded(
            backbone: ["type": "VGG", "depth": 11, "norm_cfg": ["type": "BN"]], channels: 512,
            scores: [
                1.53448, 2.03468, 0.90164, -0.9133, -1.90317, -1.25318, 0.48551, 1.85375, 1.69475,
                0.11471, 1.52757, 2.02591, 0.89826, -0.90849, -1.89415, -1.24742, 0.48325, 1.84534,
                1.68714, 0.11421,
            ]),
    ]

    @Test("within 1e-4 of the largest", arguments: recorded)
    func scores(_ recorded: Recorded) throws {
        let bench = try Workbench()
        let head: ConfigNode = [
            "type": "LinearClsHead", "num_classes": 10,
            "in_channels": ConfigNode(.int(recorded.channels)),
        ]
        let config = classifier(
            backbone: recorded.backbone, neck: ["type": ConfigNode(.string(recorded.neck))],
            head: head)
        let model = try #require(try bench.model(config) as? ImageClassifier)
        #expect(try model.load(Self.sines(model.stateDictionary())).isEmpty)
        let images = Variable(try bench.device.tensor(.pattern([2, 3, 32, 32])))
        let context = bench.forward(.evaluation)
        let features = try model.features(of: images, context)
        let scores = try #require(model.head as? LinearClsHead).scores(features, context)
        let largest = recorded.scores.map(abs).max() ?? 0
        let differences = zip(try scores.value.plainValues(), recorded.scores).map { abs($0 - $1) }
        #expect(differences.count == 20)
        #expect((differences.max() ?? .infinity) <= 1e-4 * largest)
    }

    /// Weights that anybody can compute: sines, scaled by the number of inputs.
    private static func sines(_ state: StateDictionary) -> StateDictionary {
        var state = state
        for (place, name) in state.names.enumerated() {
            guard let old = state[name], !name.hasSuffix("num_batches_tracked") else { continue }
            let count = old.shape.elementCount
            let isScale = name.hasSuffix("running_var") || name.hasSuffix("weight")
            let values = (0..<count).map { index -> Float in
                let sine = sin(Double(index) * 0.37 + Double(place))
                if old.shape.count > 1 {
                    return Float(sine * (3 / (Double(count) / Double(old.shape[0]))).squareRoot())
                }
                if name == "neck.p" { return 3 }
                return Float(isScale ? 1 + 0.1 * sine : 0.1 * sine)
            }
            state[name] = PlainTensor(values, shape: old.shape)
        }
        return state
    }
}
