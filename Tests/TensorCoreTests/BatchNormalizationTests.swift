import TensorCore
import TestSupport
import Testing

struct BatchNormalizationCase: Sendable, CustomTestStringConvertible {
    let shape: [Int]
    var hasScale = true
    var withReLU = false
    var given = false

    var testDescription: String {
        "\(shape)\(hasScale ? "" : " plain")\(withReLU ? " relu" : "")\(given ? " given" : "")"
    }

    static let all: [BatchNormalizationCase] = [
        [2, 1, 1, 1], [2, 3, 5, 4], [1, 4, 7, 7], [7, 8, 3, 3], [2, 16, 9, 9], [7, 17, 2, 5],
        [2, 64, 33, 1], [7, 16],
    ].flatMap { (shape: [Int]) in
        [
            BatchNormalizationCase(shape: shape),
            BatchNormalizationCase(shape: shape, withReLU: true),
            BatchNormalizationCase(shape: shape, hasScale: false),
            BatchNormalizationCase(shape: shape, given: true),
            BatchNormalizationCase(shape: shape, withReLU: true, given: true),
        ]
    }
}

@Suite("batch normalisation matches the reference", .serialized)
struct BatchNormalizationTests {
    let epsilon = 1e-5

    @Test("forward and gradients", arguments: BatchNormalizationCase.all, [1, 2])
    func matches(_ c: BatchNormalizationCase, threads: Int) throws {
        let device = try Device(threads: threads)
        let channels = [c.shape[1]]
        let input = ReferenceArray(random: c.shape, "input").map { 2 * $0 + 0.5 }
        let scale = c.hasScale ? ReferenceArray(random: channels, "scale") : nil
        let shift = c.hasScale ? ReferenceArray(random: channels, "shift") : nil
        let statistics =
            c.given
            ? (
                mean: ReferenceArray(random: channels, "mean"),
                variance: ReferenceArray(random: channels, "variance").map { abs($0) + 0.5 }
            ) : Reference.channelStatistics(input)
        let x = try input.tensor(on: device)
        let kernel = try BatchNormalization.prepared(
            x, epsilon: Float(epsilon), usesGivenStatistics: c.given, hasScale: c.hasScale,
            withReLU: c.withReLU)
        let (output, saved) = try kernel.forward(
            x, scale: scale?.tensor(on: device), shift: shift?.tensor(on: device),
            statistics: c.given
                ? (
                    try statistics.mean.tensor(on: device),
                    try statistics.variance.tensor(on: device)
                ) : nil)
        let normalized = Reference.batchNormalization(
            input, mean: statistics.mean, variance: statistics.variance, scale: scale,
            shift: shift, epsilon: epsilon)
        let expected = c.withReLU ? normalized.map { max($0, 0) } : normalized
        // A few roundings of values around 1.
        let near = Tolerance(absolute: 5e-6, relative: 1e-5)
        try expectClose(output, expected, near)
        try expectClose(saved.mean, statistics.mean, near)
        try expectClose(saved.variance, statistics.variance, near)

        let outer = ReferenceArray(random: c.shape, "gradient")
        let passed =
            c.withReLU ? outer.combined(with: normalized) { $1 > 0 ? $0 : 0 } : outer
        let gradients = try kernel.backward([outer.tensor(on: device)], saved)
        let sums = Reference.batchNormalizationGradients(
            passed, input, mean: statistics.mean, variance: statistics.variance, scale: scale,
            epsilon: epsilon, batchStatistics: !c.given)
        // Sums over a channel; differences of nearly equal numbers in the input's gradient.
        let count = Double(input.values.count / c.shape[1])
        let far = Tolerance(absolute: 5e-6 * count.squareRoot() + 1e-5, relative: 1e-5)
        try expectClose(gradients.input, sums.input, far)
        if let scale = gradients.scale, let shift = gradients.shift {
            try expectClose(scale, sums.scale, far)
            try expectClose(shift, sums.shift, far)
        }
        #expect((gradients.scale == nil) == !c.hasScale)
    }

    @Test("running statistics move by the momentum")
    func runningStatistics() throws {
        let device = try Device(threads: 1)
        let running = try device.tensor([1, 2], shape: [2])
        try running.moveTowards(device.tensor([3, -4], shape: [2]), momentum: 0.25, factor: 2)
        #expect(try running.plainValues() == [0.75 + 1.5, 1.5 - 2])
    }
}
