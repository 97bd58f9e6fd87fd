import NeuralNet
import TensorCore
import TestSupport
import Testing

@Suite("cross entropy matches the reference")
struct CrossEntropyTests {
    let near = Tolerance(absolute: 1e-6, relative: 1e-6)

    /// The loss and the gradient of the scores.
    private func run(
        _ loss: CrossEntropyLoss, _ scores: ReferenceArray, _ targets: ClassTargets,
        sampleWeight: [Float]? = nil, averageFactor: Double? = nil
    ) throws -> (loss: [Float], gradient: [Float]) {
        let device = try Device(threads: 1)
        let tape = Tape()
        let context = ForwardContext(
            mode: .training, tape: tape, device: device, random: KeyedRandom(seed: 0))
        let input = tape.input(try scores.tensor(on: device))
        let output = try loss(
            input, targets, sampleWeight: sampleWeight, averageFactor: averageFactor, context)
        try tape.backward(from: output)
        return (
            try output.value.plainValues(), try tape.gradient(of: input)?.plainValues() ?? []
        )
    }

    @Test("labels")
    func labels() throws {
        let scores = ReferenceArray(random: [4, 5], "scores").map { 5 * $0 }
        let labels = [3, 0, -100, 4]
        let targets = ClassTargets.labels(labels.map(Int64.init))
        let expected = Reference.crossEntropy(scores, labels: labels)
        let mean = try run(CrossEntropyLoss(), scores, targets)
        expectClose(mean.loss, [expected.losses.reduce(0, +) / 4], near)
        expectClose(mean.gradient, expected.gradient.values.map { $0 / 4 }, near)

        var loss = CrossEntropyLoss()
        loss.reduction = .sum
        loss.lossWeight = 0.5
        loss.classWeight = [1, 2, 3, 0.5, 0.25]
        let weighted = Reference.crossEntropy(
            scores, labels: labels, classWeight: [1, 2, 3, 0.5, 0.25])
        let sum = try run(loss, scores, targets)
        expectClose(sum.loss, [weighted.losses.reduce(0, +) / 2], near)
        expectClose(sum.gradient, weighted.gradient.values.map { $0 / 2 }, near)

        let shares: [Float] = [1, 0, 2, 0.5]
        let factors = shares.map(Double.init)
        let averaged = try run(
            CrossEntropyLoss(), scores, targets, sampleWeight: shares, averageFactor: 2)
        expectClose(
            averaged.loss, [zip(expected.losses, factors).reduce(0) { $0 + $1.0 * $1.1 } / 2], near)
        expectClose(
            averaged.gradient,
            expected.gradient.values.enumerated().map { $1 * factors[$0 / 5] / 2 }, near)
    }

    @Test("shares, with a softmax and with sigmoids")
    func shares() throws {
        let scores = ReferenceArray(random: [3, 4], "scores").map { 8 * $0 }
        let shares = ReferenceArray(random: [3, 4], "shares").map { abs($0) }
        let targets = ClassTargets.shares(PlainTensor(shares.floats, shape: [3, 4]))
        var loss = CrossEntropyLoss()
        loss.useSoft = true
        let soft = Reference.softCrossEntropy(scores, shares: shares)
        let softResult = try run(loss, scores, targets)
        expectClose(softResult.loss, [soft.losses.reduce(0, +) / 3], near)
        expectClose(softResult.gradient, soft.gradient.values.map { $0 / 3 }, near)

        loss = CrossEntropyLoss()
        loss.useSigmoid = true
        let sigmoid = Reference.sigmoidCrossEntropy(scores, shares: shares)
        let sigmoidResult = try run(loss, scores, targets)
        expectClose(sigmoidResult.loss, [sigmoid.losses.values.reduce(0, +) / 12], near)
        expectClose(sigmoidResult.gradient, sigmoid.gradient.values.map { $0 / 12 }, near)
    }

    @Test("large scores neither overflow nor lose the loss")
    func extremes() throws {
        let scores = ReferenceArray([1000, -1000, 0, 0], shape: [2, 2])
        let hard = try run(CrossEntropyLoss(), scores, .labels([1, 0]))
        expectClose(hard.loss, [(2000 + 0.693_147_180_559_945_3) / 2], near)
        var loss = CrossEntropyLoss()
        loss.useSigmoid = true
        let shares = PlainTensor([0, 1, 0, 1] as [Float], shape: [2, 2])
        let result = try run(loss, scores, .shares(shares))
        expectClose(result.loss, [(2000 + 2 * 0.693_147_180_559_945_3) / 4], near)
        #expect(result.gradient.allSatisfy { $0.isFinite })
    }

    @Test("probabilities of rows")
    func softmax() {
        let scores = PlainTensor([1, 1, 1, 1, 1000, 0, 0, 0] as [Float], shape: [2, 4])
        #expect(softmaxRows(scores).shape == [2, 4])
        expectClose(softmaxRows(scores).floats, [0.25, 0.25, 0.25, 0.25, 1, 0, 0, 0], near)
    }
}
