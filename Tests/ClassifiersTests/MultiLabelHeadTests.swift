import Classifiers
import ConfigCore
import NeuralNet
import TensorCore
import TestSupport
import Testing
import TrainingInterfaces

/// Heads of classes that do not exclude each other, against figures of MMClassification 0.25.
@Suite("multi-label heads") struct MultiLabelHeadTests {
    private static let scores: [Float] = [
        0.5, -1.25, 2, 0.75, 1.5, 0.25, -0.5, -2, -0.125, 0.375, 1, 0.625,
    ]
    private static let mixed: [Float] = [0.25, 0, 0.75, 0, 0, 1, 0, 0, 0.5, 0.25, 0, 0.25]
    private static let several: [Float] = [1, 0, 1, 0, 0, -1, 0, 1, 1, 1, 0, -1]

    struct Recorded: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let loss: ConfigNode
        let targets: [Float]
        let value: Double
        /// Of the first sample.
        let gradient: [Double]
    }

    static let recorded: [Recorded] = [
        .init(
            testDescription: "soft, shares", loss: ["use_soft": true], targets: mixed,
            value: 1.3942307, gradient: [-0.0352991, 0.0083471, -0.0347253, 0.0616772]),
        .init(
            testDescription: "soft, several classes", loss: ["use_soft": true], targets: several,
            value: 4.2667938, gradient: [-0.2372648, 0.0166942, 0.0972161, 0.1233545]),
        .init(
            testDescription: "plain, shares", loss: [:], targets: mixed, value: 1.3942307,
            gradient: [-0.0352991, 0.0083471, -0.0347253, 0.0616772]),
        .init(
            testDescription: "soft, weighted",
            loss: ["use_soft": true, "loss_weight": 0.5, "class_weight": [1, 2, 0.5, 1.5]],
            targets: several, value: 3.0593684,
            gradient: [-0.130641, 0.0062603, 0.0781227, 0.0462579]),
        .init(
            testDescription: "plain, weighted", loss: ["class_weight": [1, 2, 0.5, 1.5]],
            targets: mixed, value: 2.0651493,
            gradient: [-0.0533119, 0.0052169, 0.0095467, 0.0385483]),
        .init(
            testDescription: "smoothed, several classes",
            loss: ["type": "LabelSmoothLoss", "label_smooth_val": 0.1, "num_classes": 4],
            targets: several, value: 4.0222449,
            gradient: [-0.2170682, 0.0075262, 0.1006886, 0.1088535]),
    ]

    private static func head(
        _ config: ConfigNode, _ bench: Workbench, isNewStyle: Bool = false
    ) throws -> any Head {
        var context = bench.context
        if isNewStyle { context.provide(LossTerms.Style.mmengine) }
        return try ModelRegistries.standard.heads.build(config, at: "head", context)
    }

    private static func loss(
        _ head: any Head, _ targets: ClassTargets, _ bench: Workbench
    ) throws -> (value: Double, gradient: [Float]) {
        let tape = Tape()
        let input = tape.input(try bench.device.tensor(scores, shape: [3, 4]))
        let context = bench.forward(.training, tape)
        let step = try head.losses([input], targets, context).stepOutput(sampleCount: 3, context)
        let loss = try #require(step.loss)
        try tape.backward(from: loss, gradient: bench.device.full([], 1))
        let gradient = try #require(tape.gradient(of: input)).plainValues()
        return (Double(try loss.value.plainValues()[0]), gradient)
    }

    @Test("take losses of all kinds", arguments: recorded)
    func losses(_ recorded: Recorded) throws {
        let bench = try Workbench()
        let loss =
            recorded.loss["type"] == nil
            ? recorded.loss.setting("type", to: "CrossEntropyLoss") : recorded.loss
        let head = try Self.head(["type": "MultiLabelClsHead", "loss": loss], bench)
        let targets = PlainTensor(recorded.targets, shape: [3, 4])
        let (value, gradient) = try Self.loss(head, .shares(targets), bench)
        let near = Tolerance(absolute: 2e-7, relative: 2e-6)
        expectClose([Float(value)], [recorded.value], near)
        expectClose(Array(gradient[..<4]), recorded.gradient, near)
    }

    @Test("class numbers: rows with a single 1 in the new style, an error in the old one")
    func classNumbers() throws {
        let bench = try Workbench()
        for (type, config) in [
            ("MultiLabelClsHead", ["type": "MultiLabelClsHead"]),
            (
                "soft",
                [
                    "type": "MultiLabelClsHead",
                    "loss": ["type": "CrossEntropyLoss", "use_soft": true],
                ]
            ),
        ] as [(String, ConfigNode)] {
            let new = try Self.head(config, bench, isNewStyle: true)
            let rows = PlainTensor([0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1] as [Float], shape: [3, 4])
            let (value, _) = try Self.loss(new, .labels([1, 0, 3]), bench)
            #expect(try value == Self.loss(new, .shares(rows), bench).value, "\(type)")
            let error = #expect(throws: ShapeError.self) {
                try Self.loss(Self.head(config, bench), .labels([1, 0, 3]), bench)
            }
            #expect(
                error?.description
                    == "head: a multi-label head needs a 0 or 1 for every class as gt_label, not one class number; use MultiLabelDataset, or a LinearClsHead"
            )
        }
        // Losses that make rows of class numbers themselves.
        let focal = try Self.head(
            ["type": "MultiLabelClsHead", "loss": ["type": "FocalLoss"]], bench)
        let (value, _) = try Self.loss(focal, .labels([0, 1, 3]), bench)
        expectClose([Float(value)], [1.1566744], Tolerance(absolute: 2e-7, relative: 2e-6))
    }

    @Test("thr and topk choose the classes of new-style models")
    func choices() throws {
        let bench = try Workbench()
        let base: ConfigNode = [
            "type": "MultiLabelLinearClsHead", "num_classes": 4, "in_channels": 32,
        ]
        let scores = PlainTensor(
            [0.6, 0.2, 0.9, 0.5, 0.1, 0.3, 0.25, 0.4] as [Float], shape: [2, 4])
        for (keys, labels) in [
            ([:], [[0, 2, 3], []]), (["thr": 0.25], [[0, 2, 3], [1, 2, 3]]),
            (["topk": 2], [[2, 0], [3, 1]]), (["thr": 0.6, "topk": 2], [[0, 2], []]),
        ] as [([String: ConfigNode], [[Int]])] {
            let head = keys.reduce(base) { $0.setting($1.key, to: $1.value) }
            let new = try bench.model(classifier(head: head, ("data_preprocessor", [:])))
            let model = try #require(new as? any LabelPredicting)
            #expect(try model.predictedLabels(scores) == labels, "\(keys)")
        }
        let old = try bench.model(classifier(head: base))
        #expect(try (old as? any LabelPredicting)?.predictedLabels(scores) == nil)
        for (more, isNew, message) in [
            (("topk", 5), true, "model.head.topk: 5, but there are 4 classes"),
            (("topk", 0), true, "model.head.topk: expected a positive integer, got the number 0"),
            (("thr", 0.3), false, "model.head.thr: unknown key"),
            (
                ("loss", ["type": "CrossEntropyLoss", "reduction": "sum"]), false,
                "model.head.loss: reduction \"sum\" does not go with a head, which averages over the batch; use \"mean\" and loss_weight"
            ),
        ] as [((String, ConfigNode), Bool, String)] {
            var config = classifier(head: base.setting(more.0, to: more.1))
            if isNew { config = config.setting("data_preprocessor", to: [:]) }
            let error = #expect(throws: ConfigError.self) { try bench.model(config) }
            #expect(
                error?.issues.first?.message.hasPrefix(message) == true, "\(error.debugDescription)"
            )
        }
    }
}
