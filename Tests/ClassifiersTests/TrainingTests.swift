import Classifiers
import ConfigCore
import NeuralNet
import TensorCore
import Testing
import TrainingInterfaces

@Suite("training") struct TrainingTests {
    @Test("ten steps of gradient descent lower the loss, and bytes serve as images")
    func lossFalls() throws {
        let bench = try Workbench(seed: 1)
        let model = try bench.model(
            classifier(backbone: [
                "type": "ResNet_CIFAR", "depth": 18, "base_channels": 4, "stem_channels": 4,
                "zero_init_residual": false,
            ]))
        try (model as? any WeightInitializing)?.initializeWeights(bench.generator)
        let bytes = (0..<6144).map { (place: Int) in UInt8(place * 7919 % 251) }
        let images = PlainTensor(bytes, shape: [8, 3, 16, 16])
        let batch = Batch.images(images, labels: (0..<8).map { Int64($0) })
        var losses: [Double] = []
        for _ in 0..<10 {
            let tape = Tape()
            let output = try model.validationStep(batch, bench.forward(.training, tape))
            losses.append(try #require(output.logVariables.last).value)
            try tape.backward(from: try #require(output.loss))
            for (_, parameter) in model.namedParameters() {
                let gradient = try #require(parameter.gradient).plainValues()
                let values = try parameter.value.plainValues()
                try parameter.assign(zip(values, gradient).map { $0 - 0.05 * $1 })
                parameter.clearGradient()
            }
        }
        #expect(losses[9] < losses[0] * 0.8, "\(losses)")
    }

    @Test("the exponent of a generalized mean is trained, or with p_trainable=False kept")
    func exponents() throws {
        for isTrained in [true, false] {
            let bench = try Workbench(seed: 1)
            let model = try bench.model(
                classifier(neck: [
                    "type": "GeneralizedMeanPooling", "p": 2.5,
                    "p_trainable": ConfigNode(.bool(isTrained)),
                ]))
            let images = PlainTensor(
                (0..<1536).map { Float($0 % 17) / 17 }, shape: [2, 3, 16, 16])
            let tape = Tape()
            let output = try model.validationStep(
                Batch.images(images, labels: [0, 1]), bench.forward(.training, tape))
            try tape.backward(from: try #require(output.loss))
            let p = try #require(model.namedParameters().first { $0.name == "neck.p" }?.parameter)
            #expect(try p.value.plainValues() == [2.5])
            #expect((p.gradient != nil) == isTrained)
        }
    }

    /// A backbone, and a head with two losses, as a user would write them.
    struct Doubling: Backbone {
        var members: Members { [:] }
        func callAsFunction(_ images: Variable, _ context: ForwardContext) throws -> [Variable] {
            [try add(images, images, context)]
        }
    }

    struct TwoLosses: Head {
        let fc: Linear
        var members: Members { ["fc": .module(fc)] }

        func losses(_ features: [Variable], _ targets: ClassTargets, _ context: ForwardContext)
            throws -> LossTerms
        {
            let scores = try fc(flatten(features[0], context), context)
            var terms = LossTerms()
            terms.add("loss_mean", try CrossEntropyLoss()(scores, targets, context))
            var unreduced = CrossEntropyLoss()
            unreduced.reduction = .none
            terms.add("loss_each", try unreduced(scores, targets, context))
            terms.log("scale", 2)
            return terms
        }

        func predict(_ features: [Variable], _ context: ForwardContext) throws -> PlainTensor {
            PlainTensor([Float](), shape: [0, 0])
        }
    }

    @Test("parts of one's own take their places by name; losses add up")
    func ownParts() throws {
        var bench = try Workbench()
        var registries = ModelRegistries.standard
        registries.backbones.register("Doubling") { _, _ in Doubling() }
        registries.heads.register("TwoLosses") { reader, context in
            TwoLosses(
                fc: try Linear(
                    reader.required("in_channels"), 2, device: context.value(),
                    generator: context.value()))
        }
        registries.provide(to: &bench.context)
        let model = try bench.model([
            "type": "ImageClassifier", "backbone": ["type": "Doubling"],
            "head": ["type": "TwoLosses", "in_channels": 12],
        ])
        let tape = Tape()
        let batch = Batch.images(.pattern([3, 3, 2, 2]), labels: [0, 1, 0])
        let output = try model.validationStep(batch, bench.forward(.training, tape))
        let numbers = output.logVariables
        #expect(numbers.map(\.name) == ["loss_mean", "loss_each", "scale", "loss"])
        #expect(abs(numbers[0].value - numbers[1].value) < 1e-6)
        #expect(abs(numbers[3].value - 2 * numbers[0].value) < 1e-6)
        try tape.backward(from: try #require(output.loss))
        let gradients = model.namedParameters().map { $0.parameter.gradient != nil }
        #expect(gradients == [true, true])
    }
}
