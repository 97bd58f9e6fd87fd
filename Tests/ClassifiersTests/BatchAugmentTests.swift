import Classifiers
import ConfigCore
import Foundation
import NeuralNet
import TensorCore
import Testing
import TrainingInterfaces

/// What the original packages made of a batch, given what is random.
@Suite("batch augmentation") struct BatchAugmentTests {
    private let recorded: ConfigNode

    init() throws { recorded = try fixture("batch_augments") }

    private func images() throws -> PlainTensor {
        let shape = try part(recorded, "shape").numbers.map { Int($0) }
        return PlainTensor(
            (0..<shape.elementCount).map { Float(sin(0.37 * Double($0))) }, shape: shape)
    }

    private func build(_ config: ConfigNode) throws -> any BatchAugment {
        try ModelRegistries.standard.batchAugments.build(config, at: "augments", BuildContext())
    }

    @Test("mixed images and targets are the recorded ones")
    func recordedMixes() throws {
        let labels = try part(recorded, "labels").numbers.map { Int64($0) }
        let shares = try PlainTensor(labels, shape: [labels.count]).oneHot(
            part(recorded, "classes").int ?? 0)
        var wrong: [String] = []
        for (number, run) in (try part(recorded, "cases").list ?? []).enumerated() {
            let type = try part(run, "type")
            let augment = try build(part(run, "options").setting("type", to: type))
            var draws = RecordedDraws()
            draws.beta = [try part(run, "lam").double ?? 0]
            draws.orders = [try part(recorded, "order").numbers.map { Int($0) }]
            draws.integers = try part(run, "integers").numbers.map { Int($0) }[...]
            var random = RandomStream(replaying: draws)
            let (mixed, targets) = try augment(images(), shares, &random)
            // Interpolation sums in another order; everything else is the same bits.
            let tolerance: Float = type == "ResizeMix" ? 2e-6 : 0
            for (values, key) in [(mixed.floats, "images"), (targets.floats, "shares")] {
                let expected = try part(run, key).numbers.map { Float($0) }
                let worst = zip(values, expected).map { abs($0 - $1) }.max() ?? .infinity
                if values.count != expected.count || !(worst <= tolerance) {
                    wrong.append("case \(number): \(key) differ by \(worst)")
                }
            }
        }
        #expect(wrong == [])
    }

    @Test("losses of mixed targets and their gradients are the recorded ones")
    func recordedLosses() throws {
        let bench = try Workbench()
        let classes = try part(recorded, "classes").int ?? 0
        let scores = PlainTensor(
            (0..<(4 * classes)).map { Float(sin(0.37 * Double($0))) * 3 }, shape: [4, classes])
        let shares = PlainTensor(
            try part(try #require(part(recorded, "cases").list?.first), "shares").numbers.map {
                Float($0)
            }, shape: [4, classes])
        var wrong: [String] = []
        for run in try part(recorded, "losses").list ?? [] {
            let loss = try ModelRegistries.standard.losses.build(
                part(run, "config"), at: "loss", bench.context)
            let tape = Tape()
            let parameter = Parameter(try bench.device.tensor(scores))
            let context = bench.forward(.training, tape)
            let value = try loss(
                context.variable(parameter), .shares(shares), averageFactor: 4, context)
            try tape.backward(from: value)
            let gradient = try parameter.gradient?.plainValues() ?? []
            let expected = try part(run, "gradient").numbers
            let distance = try abs(Double(value.value.scalar()) - (run["loss"]?.double ?? 0))
            let isClose = zip(gradient, expected).allSatisfy { abs(Double($0) - $1) < 2e-6 }
            if !isClose || distance > 2e-6 || gradient.count != expected.count {
                wrong.append("\(try part(run, "config"))")
            }
        }
        #expect(wrong == [])
    }

    @Test("ways are taken as often as their probabilities say, by seed and iteration alone")
    func choices() throws {
        struct Constant: BatchAugment {
            let value: Float
            func callAsFunction(
                _ images: PlainTensor, _ shares: PlainTensor, _ random: inout RandomStream
            ) -> (images: PlainTensor, shares: PlainTensor) {
                (PlainTensor([value], shape: [1]), shares)
            }
        }
        let device = try Device(threads: 1)
        let augment = RandomBatchAugment([(Constant(value: 1), 0.5), (Constant(value: 2), 0.2)])
        let one = PlainTensor([0] as [Float], shape: [1])
        func taken(_ mode: ForwardContext.Mode) throws -> [Float] {
            try (0..<2000).map { iteration in
                let context = ForwardContext(
                    mode: mode, tape: nil, device: device,
                    random: KeyedRandom(seed: 3).at(iteration))
                return try augment(one, one, context).images.floats[0]
            }
        }
        let numbers = try taken(.training)
        let counts = [0, 1, 2].map { value in numbers.count { $0 == value } }
        #expect(zip(counts, [600, 1000, 400]).allSatisfy { abs($0 - $1) < 80 }, "\(counts)")
        #expect(try taken(.training) == numbers)
        #expect(try taken(.evaluation).allSatisfy { $0 == 0 })
    }

    @Test("proportions follow the beta distribution", arguments: [0.2, 0.8, 1, 2.5])
    func proportions(_ alpha: Double) {
        var random = KeyedRandom(seed: 1).stream()
        let values = (0..<20000).map { _ in random.beta(alpha, alpha) }
        let mean = values.reduce(0, +) / 20000
        let variance = values.reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) } / 20000
        #expect(abs(mean - 0.5) < 0.01)
        #expect(abs(variance - 1 / (4 * (2 * alpha + 1))) < 0.005)
        #expect(values.allSatisfy { 0...1 ~= $0 })
    }

    private static let mixup: ConfigNode = [
        "type": "BatchMixup", "alpha": 0.2, "num_classes": 10, "prob": 0.5,
    ]

    private static let mistakes: [(ConfigNode, ConfigNode?, String)] = [
        (
            ["augments": []], nil, "model.train_cfg.augments: an empty list; leave it out"
        ),
        (
            ["augments": mixup.setting("alpha", to: 0)], nil,
            "model.train_cfg.augments.alpha: expected a positive number, got the number 0"
        ),
        (
            ["augments": mixup.removing("num_classes")], nil,
            "model.train_cfg.augments.num_classes: required key is missing"
        ),
        (
            ["augments": mixup.setting("num_classes", to: 5)], nil,
            "model.train_cfg.augments: num_classes is 5, but the head has 10 classes"
        ),
        (
            ["augments": [mixup, mixup.setting("prob", to: 0.6)]], nil,
            "model.train_cfg.augments: the probabilities add up to 1.1; they must make 1 at most"
        ),
        (
            ["augments": [mixup, ["type": "Identity", "num_classes": 10, "prob": 0.4]]], nil,
            "model.train_cfg.augments: the probabilities add up to 0.9; with Identity they must make 1"
        ),
        (
            ["augments": [["type": "BatchMixip", "alpha": 1, "num_classes": 10]]], nil,
            "model.train_cfg.augments[0].type: \"BatchMixip\" is not a known batch augment; did you mean \"BatchMixup\"?"
        ),
        (
            ["augments": ["type": "CutMix", "alpha": 1, "cutmix_minmax": [0.5, 0.2]]], [:],
            "model.train_cfg.augments.cutmix_minmax: expected two numbers from 0 to 1, the smaller one first, got a list"
        ),
        (
            ["augments": [["type": "Mixup", "alpha": 1]], "probs": [0.5, 0.4]], [:],
            "model.train_cfg.probs: has 2 values for 1 augments"
        ),
        (
            ["augments": [["type": "Mixup", "alpha": 1]], "probs": 1.5], [:],
            "model.train_cfg.probs: expected shares from 0 to 1 that add up to at most 1, got the number 1.5"
        ),
        (
            ["augments": ["type": "Mixup", "alpha": 1]],
            ["batch_augments": ["augments": ["type": "Mixup", "alpha": 1]]],
            "model.train_cfg: data_preprocessor.batch_augments is given too; keep one of them"
        ),
        (
            ["augments": ["type": "Mixup", "alpha": 1]], ["num_classes": 3],
            "model.data_preprocessor.num_classes: 3, but the head has 10 classes"
        ),
    ]

    @Test("mistakes") func mistakes() throws {
        let bench = try Workbench()
        for (training, preprocessor, expected) in Self.mistakes {
            var config = classifier(("train_cfg", training))
            if let preprocessor { config = config.setting("data_preprocessor", to: preprocessor) }
            #expect(message { _ = try bench.model(config) } == expected)
        }
        let accuracies = classifier(("train_cfg", ["augments": Self.mixup]))
            .setting("head", "cal_acc", to: true)
        #expect(
            message { _ = try bench.model(accuracies) }
                == "model.head.cal_acc: mixed images have no one class to compare with; leave it out, or leave batch augmentation out"
        )
    }

    @Test("both styles train on the same mixed batches; evaluation mixes none")
    func bothStyles() throws {
        let batch = Batch.images(.pattern([6, 3, 8, 8]), labels: [1, 5, 0, 9, 3, 3])
        let old = classifier(
            (
                "train_cfg",
                [
                    "augments": [
                        ["type": "Identity", "num_classes": 10, "prob": 0.2],
                        ["type": "BatchMixup", "alpha": 0.2, "num_classes": 10, "prob": 0.4],
                        ["type": "BatchCutMix", "alpha": 1, "num_classes": 10, "prob": 0.4],
                    ]
                ]
            ))
        let new = classifier(
            ("data_preprocessor", [:]),
            (
                "train_cfg",
                [
                    "augments": [
                        ["type": "Mixup", "alpha": 0.2], ["type": "CutMix", "alpha": 1],
                    ],
                    "probs": [0.4, 0.4],
                ]
            ))
        func losses(_ config: ConfigNode, _ mode: ForwardContext.Mode) throws -> [Double] {
            let bench = try Workbench(seed: 1)
            let model = try bench.model(config)
            return try (0..<12).map { iteration in
                let context = ForwardContext(
                    mode: mode, tape: nil, device: bench.device,
                    random: KeyedRandom(seed: 0).at(iteration))
                let output = try model.validationStep(batch, context)
                return try #require(output.logVariables.first { $0.name == "loss" }).value
            }
        }
        let mixed = try losses(old, .training)
        #expect(try losses(new, .training) == mixed)
        // As MMPretrain's resnet50_cutmix.py still has them.
        let kept = old.setting("data_preprocessor", to: [:])
        #expect(try losses(kept, .training) == mixed)
        #expect(Set(mixed).count > 3)
        let plain = try losses(classifier(), .evaluation)
        for config in [old, new] {
            let evaluated = try losses(config, .evaluation)
            #expect(zip(evaluated, plain).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    @Test("logs of new-style configs have the loss first and MMPretrain's names of accuracies")
    func newStyleNames() throws {
        let bench = try Workbench()
        let config = classifier(("data_preprocessor", [:])).setting("head", "cal_acc", to: true)
            .setting("head", "topk", to: [1, 5])
        let model = try bench.model(config)
        let output = try model.validationStep(
            .images(.pattern([2, 3, 8, 8]), labels: [1, 2]), bench.forward(.evaluation))
        #expect(output.logVariables.map(\.name) == ["loss", "accuracy_top-1", "accuracy_top-5"])
    }

    @Test("MMPretrain's label smoothing behind sigmoids") func smoothedSigmoids() throws {
        let bench = try Workbench()
        let loss = try ModelRegistries.standard.losses.build(
            ["type": "LabelSmoothLoss", "label_smooth_val": 0.1, "use_sigmoid": true],
            at: "loss", bench.context)
        let scores: [Double] = [0.5, -1, 2, 0]
        let tensor = try bench.device.tensor(scores.map { Float($0) }, shape: [2, 2])
        let value = try loss(
            Variable(tensor), .labels([0, 1]), averageFactor: 2, bench.forward(.evaluation))
        let shares = [0.95, 0.05, 0.05, 0.95]
        let expected = zip(scores, shares).reduce(0.0) { sum, pair in
            let p = 1 / (1 + exp(-pair.0))
            return sum - (pair.1 * log(p) + (1 - pair.1) * log(1 - p)) / 2
        }
        #expect(try abs(Double(value.value.scalar()) - expected) < 1e-6)
    }
}

private func message(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch { return "\(error)" }
}
