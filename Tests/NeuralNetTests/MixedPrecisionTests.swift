import NeuralNet
import TensorCore
import TestSupport
import Testing

/// bfloat16 keeps 8 bits of a number: one rounding is within 2⁻⁸ of it.
@Suite("mixed precision")
struct MixedPrecisionTests {
    private struct Step: Equatable {
        var loss: Float
        var gradients: [[Float]]
    }

    private func step(_ precision: ElementType, seed: UInt64 = 3) throws -> Step {
        let device = try Device(threads: 2)
        let generator = TorchGenerator(seed: seed)
        let model = try TinyResNet(device: device, generator: generator)
        let images = try device.tensor(
            generator.normal(count: 8 * 3 * 12 * 12, mean: 0, standardDeviation: 1),
            shape: [8, 3, 12, 12])
        let tape = Tape()
        let context = ForwardContext(
            mode: .training, tape: tape, device: device, random: KeyedRandom(seed: 0),
            precision: precision)
        let scores = try model(Variable(images), context)
        let labels = (0..<8).map { Int64($0 % scores.shape[1]) }
        let loss = try CrossEntropyLoss()(scores, .labels(labels), context)
        try tape.backward(from: loss)
        let gradients = try model.namedParameters().compactMap {
            try $0.parameter.gradient?.plainValues()
        }
        return Step(loss: try loss.value.scalar(), gradients: gradients)
    }

    static var processorIsFast: Bool { get throws { try Device(threads: 1).hasFastBFloat16 } }

    @Test(
        "losses and gradients are near those of single precision, and repeat bit for bit",
        .enabled("the processor multiplies bfloat16 numbers") { try processorIsFast })
    func nearSinglePrecision() throws {
        let single = try step(.float32)
        let mixed = try step(.bfloat16)
        #expect(mixed == (try step(.bfloat16)))
        #expect(abs(mixed.loss - single.loss) < 0.03)
        #expect(mixed.gradients.count == single.gradients.count)
        // Gradients are judged together: in a single small one, sums that cancel keep the rounding.
        let pairs = zip(mixed.gradients.joined(), single.gradients.joined())
        let difference = pairs.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        let length = single.gradients.joined().reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(difference <= 0.15 * length)
    }

    @Test("a fixed loss scale stays, a dynamic one follows the gradients")
    func lossScale() {
        var fixed = LossScaler(fixedScale: 512)
        fixed.update(gradientsWereFinite: false)
        #expect(fixed.scale == 512)
        var dynamic = LossScaler(initialScale: 1024)
        dynamic.growthInterval = 2
        dynamic.update(gradientsWereFinite: true)
        #expect(dynamic.scale == 1024)
        dynamic.update(gradientsWereFinite: true)
        #expect(dynamic.scale == 2048)
        dynamic.update(gradientsWereFinite: false)
        #expect(dynamic.scale == 1024)
        var restored = LossScaler()
        restored.restore(
            Dictionary(uniqueKeysWithValues: dynamic.state.map { ($0.name, $0.value) }))
        #expect(restored == dynamic)
    }
}
