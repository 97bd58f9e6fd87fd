import Foundation
import NeuralNet
import TensorCore
import TestSupport
import Testing

/// An element-wise loss and its formula.
struct PairwiseLossCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Whether values and targets are shares.
    var isOfShares = false
    let formula: @Sendable (_ value: Double, _ target: Double) -> Double
    let loss: @Sendable (Variable, Variable, LossReduction, ForwardContext) throws -> Variable

    static let all: [PairwiseLossCase] = [
        .init(
            testDescription: "l1", formula: { abs($0 - $1) },
            loss: { try l1Loss($0, $1, reduction: $2, $3) }),
        .init(
            testDescription: "mse", formula: { ($0 - $1) * ($0 - $1) },
            loss: { try mseLoss($0, $1, reduction: $2, $3) }),
        .init(
            testDescription: "smooth l1",
            formula: {
                let distance = abs($0 - $1)
                return distance < 0.5 ? distance * distance : distance - 0.25
            }, loss: { try smoothL1Loss($0, $1, beta: 0.5, reduction: $2, $3) }),
        .init(
            testDescription: "binary cross entropy", isOfShares: true,
            formula: { -($1 * log($0) + (1 - $1) * log(1 - $0)) },
            loss: { try binaryCrossEntropy($0, $1, reduction: $2, $3) }),
        .init(
            testDescription: "binary cross entropy of scores", isOfShares: true,
            formula: { x, y in
                let p = 1 / (1 + exp(-x))
                return -(3 * y * log(p) + (1 - y) * log(1 - p))
            },
            loss: {
                try binaryCrossEntropy(
                    withLogits: $0, $1, positiveWeights: [3, 3, 3, 3], reduction: $2, $3)
            }),
    ]

    /// Values and targets no closer to each other, to 0 or to 1 than a difference quotient's step.
    func operands() -> [ReferenceArray] {
        let x = ReferenceArray(random: [3, 4], "x").map { isOfShares ? 0.5 + 0.35 * $0 : $0 }
        let y = ReferenceArray(random: [3, 4], "y")
        let far = x.combined(with: y) { x, y in abs(x - y) < 0.05 ? y + 0.2 : y }
        return [x, isOfShares ? y.map { 0.5 + 0.4 * $0 } : far]
    }
}

@Suite("element-wise losses match their formulas")
struct PairwiseLossTests {
    let near = Tolerance(absolute: 1e-6, relative: 2e-6)
    let nearSlope = Tolerance(absolute: 2e-3, relative: 2e-3)

    @Test("values and gradients", arguments: PairwiseLossCase.all)
    func values(_ c: PairwiseLossCase) throws {
        let device = try Device(threads: 1)
        let context = ForwardContext(
            mode: .training, tape: nil, device: device, random: KeyedRandom(seed: 0))
        let operands = c.operands()
        let losses = operands[0].combined(with: operands[1], c.formula)
        let sum = losses.values.reduce(0, +)
        let variables = try operands.map { Variable(try $0.tensor(on: device)) }
        let expected: [(LossReduction, ReferenceArray)] = [
            (.none, losses), (.sum, ReferenceArray([sum], shape: [])),
            (.mean, ReferenceArray([sum / 12], shape: [])),
        ]
        for (reduction, values) in expected {
            let loss = try c.loss(variables[0], variables[1], reduction, context)
            try expectClose(loss.value, values, near, "\(reduction)")
            let text = try gradientDifference(of: operands, nearSlope, on: device) {
                try c.loss($0[0], $0[1], reduction, $1)
            }
            #expect(text == nil, "\(reduction)")
        }
    }

    @Test("operands that do not fit")
    func messages() throws {
        let device = try Device(threads: 1)
        let context = ForwardContext(
            mode: .training, tape: nil, device: device, random: KeyedRandom(seed: 0))
        func full(_ shape: [Int], _ value: Float = 0) throws -> Variable {
            Variable(try device.full(shape, value))
        }
        let mistakes: [(String, () throws -> Variable)] = [
            (
                "mse loss: input [2, 3] and target [3, 2] differ in shape",
                { try mseLoss(full([2, 3]), full([3, 2]), context) }
            ),
            (
                "binary cross entropy: 1.5 is no probability; for scores of any size use "
                    + "binaryCrossEntropy(withLogits:)",
                { try binaryCrossEntropy(full([2], 1.5), full([2]), context) }
            ),
            (
                "binary cross entropy: 2 positive weights for scores [2, 3]",
                {
                    try binaryCrossEntropy(
                        withLogits: full([2, 3]), full([2, 3]), positiveWeights: [1, 1], context)
                }
            ),
            (
                "label smoothing: scores [2, 3] have 3 classes, num_classes is 4",
                {
                    try LabelSmoothLoss(0.1, classCount: 4)(
                        full([2, 3]), .labels([0, 1]), context)
                }
            ),
            (
                "label 3 of sample 1 in the batch is not one of the 3 classes 0 to 2",
                { try LabelSmoothLoss(0.1)(full([2, 3]), .labels([0, 3]), context) }
            ),
        ]
        for (text, loss) in mistakes {
            #expect { _ = try loss() } throws: { "\($0)" == text }
        }
    }

    @Test("smoothed labels", arguments: LabelSmoothLoss.Mode.allCases)
    func labelSmoothing(_ mode: LabelSmoothLoss.Mode) throws {
        let device = try Device(threads: 1)
        let scores = ReferenceArray(random: [3, 4], "scores").map { $0 * 3 }
        let labels: [Int64] = [2, 0, 3]
        var shares = ReferenceArray(zeros: [3, 4])
        for place in shares.values.indices {
            let isRight = place % 4 == Int(labels[place / 4])
            shares.values[place] =
                switch mode {
                case .original: (isRight ? 0.8 : 0) + 0.2 / 4
                case .classyVision: (isRight ? 1 - 0.2 / 1.2 : 0) + 0.2 / 1.2 / 4
                case .multiLabel: isRight ? 0.8 : 0.2
                }
        }
        let expected =
            mode == .multiLabel
            ? Reference.sigmoidCrossEntropy(scores, shares: shares).losses.values
            : Reference.softCrossEntropy(scores, shares: shares).losses
        let context = ForwardContext(
            mode: .training, tape: nil, device: device, random: KeyedRandom(seed: 0))
        let loss = LabelSmoothLoss(0.2, mode: mode)
        let mean = try loss(Variable(scores.tensor(on: device)), .labels(labels), context)
        let sum = expected.reduce(0, +)
        try expectClose(
            mean.value, ReferenceArray([sum / Double(expected.count)], shape: []), near)
        let text = try gradientDifference(of: [scores], nearSlope, on: device) {
            try loss($0[0], .labels(labels), sampleWeight: [1, 0.5, 2], averageFactor: 5, $1)
        }
        #expect(text == nil)
    }
}
