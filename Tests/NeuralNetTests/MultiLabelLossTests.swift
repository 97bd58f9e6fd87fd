import NeuralNet
import TensorCore
import TestSupport
import Testing

/// Losses of classes that do not exclude each other, against figures of MMClassification 0.25.
@Suite("multi-label losses") struct MultiLabelLossTests {
    typealias Loss = @Sendable (Variable, ClassTargets, ForwardContext) throws -> Variable

    struct Recorded: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let loss: Loss
        let value: Double
        let gradient: [Double]

        static func focal(gamma: Double, alpha: Double, weight: Double) -> Loss {
            {
                var loss = FocalLoss()
                (loss.gamma, loss.alpha, loss.lossWeight) = (gamma, alpha, weight)
                return try loss($0, $1, averageFactor: 2, $2)
            }
        }

        static func asymmetric(
            _ positive: Double = 0, _ negative: Double = 4, clip: Double = 0.05,
            sigmoid: Bool = true
        ) -> Loss {
            {
                var loss = AsymmetricLoss()
                (loss.positiveGamma, loss.negativeGamma) = (positive, negative)
                (loss.clip, loss.useSigmoid) = (clip, sigmoid)
                return try loss($0, $1, averageFactor: 2, $2)
            }
        }
    }

    static let recorded: [Recorded] = [
        .init(
            testDescription: "focal", loss: Recorded.focal(gamma: 2, alpha: 0.25, weight: 1),
            value: 0.4536758,
            gradient: [-0.0172421, 0.0114258, -0.0006089, 0.0001181, -0.026007, 0.3605343]),
        .init(
            testDescription: "focal, other settings",
            loss: Recorded.focal(gamma: 1.5, alpha: 0.4, weight: 2), value: 0.8836676,
            gradient: [-0.0761054, 0.0325649, -0.004723, 0.0007241, -0.1070144, 0.5691391]),
        .init(
            testDescription: "asymmetric", loss: Recorded.asymmetric(), value: 0.8418141,
            gradient: [-0.1887703, 0.0004312, -0.0596015, 0, -0.2189117, 0.308214]),
        .init(
            testDescription: "asymmetric without clip",
            loss: Recorded.asymmetric(1, 2, clip: 0), value: 0.7980746,
            gradient: [-0.1269734, 0.0152344, -0.013768, 0.0001574, -0.1667239, 0.4807123]),
        .init(
            testDescription: "asymmetric of a softmax",
            loss: Recorded.asymmetric(1, sigmoid: false), value: 1.4977485,
            gradient: [-0.4302613, 0.0233743, 0.406887, -0.0047195, -0.6780768, 0.6827963]),
    ]

    @Test("values and gradients", arguments: recorded)
    func values(_ recorded: Recorded) throws {
        let device = try Device(threads: 1)
        let tape = Tape()
        let scores = tape.input(
            try device.tensor([0.5, -1.25, 2, -3, 0.25, 1.5], shape: [2, 3]))
        let targets = ClassTargets.shares(
            PlainTensor([Float](arrayLiteral: 1, 0, 1, 0, 1, 0), shape: [2, 3]))
        let context = ForwardContext(
            mode: .training, tape: tape, device: device, random: KeyedRandom(seed: 0))
        let loss = try recorded.loss(scores, targets, context)
        try tape.backward(from: loss, gradient: device.full([], 1))
        let near = Tolerance(absolute: 2e-7, relative: 2e-6)
        expectClose(try loss.value.plainValues(), [recorded.value], near)
        let gradient = try #require(tape.gradient(of: scores))
        expectClose(try gradient.plainValues(), recorded.gradient, near)
    }

    @Test("class numbers stand for rows with a single 1")
    func labels() throws {
        let device = try Device(threads: 1)
        let scores = Variable(try device.tensor([0.5, -1.25, 2, -3, 0.25, 1.5], shape: [2, 3]))
        let context = ForwardContext(
            mode: .training, tape: nil, device: device, random: KeyedRandom(seed: 0))
        let loss = try FocalLoss()(scores, .labels([2, 0]), context)
        let near = Tolerance(absolute: 2e-7, relative: 2e-6)
        expectClose(try loss.value.plainValues(), [0.33886313], near)
        #expect(throws: LabelError.self) { try FocalLoss()(scores, .labels([2, 3]), context) }
    }
}
