import TensorCore
import TestSupport
import Testing

/// A normalisation of an activation as it lies between convolutions.
struct BlockedCase: Sendable, CustomTestStringConvertible {
    let shape: [Int]
    let elementType: ElementType
    var given = false
    var withReLU = false
    var withResidual = false
    var gradients = 1

    var testDescription: String {
        "\(shape) \(elementType)\(given ? " given" : "")\(withReLU ? " relu" : "")"
            + "\(withResidual ? " residual" : "") \(gradients) gradients"
    }

    // Odd sizes, sizes beyond a strip, one block for two threads, enough for threads to take channels.
    static let all: [BlockedCase] =
        [[3, 32, 5, 7], [2, 16, 9, 9], [1, 64, 13, 11], [5, 48, 1, 3], [3, 32, 61, 47]]
        .flatMap { (shape: [Int]) in
            [ElementType.float32, .bfloat16].flatMap { type in
                [
                    BlockedCase(shape: shape, elementType: type),
                    BlockedCase(shape: shape, elementType: type, withReLU: true, gradients: 2),
                    BlockedCase(shape: shape, elementType: type, given: true, withReLU: true),
                    BlockedCase(
                        shape: shape, elementType: type, withReLU: true, withResidual: true,
                        gradients: 3),
                ]
            }
        }
}

@Suite("batch normalisation between convolutions matches the reference", .serialized)
struct BlockedNormalizationTests {
    let epsilon = 1e-5

    /// The values in the layout that convolutions pass on, rounded to the type.
    private func blocked(_ values: ReferenceArray, _ type: ElementType, _ device: Device) throws
        -> Tensor
    {
        let channels = values.shape[1]
        var identity = [Float](repeating: 0, count: channels * channels)
        for channel in 0..<channels { identity[channel * (channels + 1)] = 1 }
        let weight = try device.tensor(identity, shape: [channels, channels, 1, 1])
        let input = try values.tensor(on: device)
        let kernel = try Convolution.prepared(
            input: input, weight: weight, window: Window(kernel: (1, 1)), groups: 1, hasBias: false,
            elementType: type)
        return try kernel.forward(input, weight: weight, copies: nil, bias: nil)
    }

    private func stored(_ tensor: Tensor) throws -> ReferenceArray {
        ReferenceArray(try tensor.plainValues().map(Double.init), shape: tensor.shape)
    }

    @Test("forward and gradients", arguments: BlockedCase.all, [1, 2])
    func matches(_ c: BlockedCase, threads: Int) throws {
        let device = try Device(threads: threads)
        guard c.elementType == .float32 || device.hasFastBFloat16 else { return }
        let channels = [c.shape[1]]
        func activation(_ name: String) throws -> Tensor {
            try blocked(ReferenceArray(random: c.shape, name), c.elementType, device)
        }
        let x = try blocked(
            ReferenceArray(random: c.shape, "input").map { 2 * $0 + 5 }, c.elementType, device)
        let input = try stored(x)
        let residual = c.withResidual ? try activation("residual") : nil
        let scale = ReferenceArray(random: channels, "scale")
        let shift = ReferenceArray(random: channels, "shift")
        let statistics =
            c.given
            ? (
                mean: ReferenceArray(random: channels, "mean"),
                variance: ReferenceArray(random: channels, "variance").map { abs($0) + 0.5 }
            ) : Reference.channelStatistics(input)
        let kernel = try BatchNormalization.prepared(
            x, epsilon: Float(epsilon), usesGivenStatistics: c.given, hasScale: true,
            withReLU: c.withReLU)
        #expect(kernel.addsResiduals == c.withReLU)
        let (output, saved) = try kernel.forward(
            x, scale: scale.tensor(on: device), shift: shift.tensor(on: device),
            statistics: c.given
                ? (
                    try statistics.mean.tensor(on: device),
                    try statistics.variance.tensor(on: device)
                ) : nil, residual: residual)
        var sum = Reference.batchNormalization(
            input, mean: statistics.mean, variance: statistics.variance, scale: scale,
            shift: shift, epsilon: epsilon)
        if let residual { sum = sum.combined(with: try stored(residual)) { $0 + $1 } }
        // Half a unit in the last place of a bfloat16.
        let rounding = c.elementType == .bfloat16 ? 1.0 / 256 : 0
        let near = Tolerance(absolute: 1e-5, relative: 1e-5 + rounding)
        try expectClose(output, c.withReLU ? sum.map { max($0, 0) } : sum, near)
        try expectClose(saved.mean, statistics.mean, Tolerance(absolute: 5e-6, relative: 1e-5))
        try expectClose(
            saved.variance, statistics.variance, Tolerance(absolute: 5e-6, relative: 1e-5))

        let parts = try (0..<c.gradients).map { try activation("gradient \($0)") }
        var passed = try parts.map(stored).dropFirst().reduce(try stored(parts[0])) {
            $0.combined(with: $1) { $0 + $1 }
        }
        // The mask is that of the values as they were stored.
        if c.withReLU { passed = passed.combined(with: try stored(output)) { $1 > 0 ? $0 : 0 } }
        let gradients = try kernel.backward(parts, saved)
        let expected = Reference.batchNormalizationGradients(
            passed, input, mean: statistics.mean, variance: statistics.variance, scale: scale,
            epsilon: epsilon, batchStatistics: !c.given)
        let count = Double(input.values.count / c.shape[1])
        let far = Tolerance(
            absolute: 5e-6 * count.squareRoot() + 1e-5 + 4 * rounding, relative: 1e-5 + rounding)
        try expectClose(gradients.input, expected.input, far)
        let sums = Tolerance(
            absolute: far.absolute + rounding * count.squareRoot(), relative: far.relative)
        try expectClose(try #require(gradients.scale), expected.scale, sums)
        try expectClose(try #require(gradients.shift), expected.shift, sums)
        #expect((gradients.residual != nil) == c.withResidual)
        if let residual = gradients.residual {
            try expectClose(
                residual, passed,
                Tolerance(absolute: 4 * rounding + 1e-6, relative: rounding + 1e-6))
        }
    }

    @Test("not a number stays what it is")
    func nan() throws {
        let device = try Device(threads: 2)
        var values = ReferenceArray(random: [2, 16, 3, 3], "values")
        values.values[5] = .nan
        let x = try blocked(values, .float32, device)
        let kernel = try BatchNormalization.prepared(
            x, epsilon: 1e-5, usesGivenStatistics: false, hasScale: false, withReLU: true)
        let (output, _) = try kernel.forward(x, scale: nil, shift: nil, statistics: nil)
        let plain = try output.plainValues()
        let isNaN = plain[..<9].allSatisfy { $0.isNaN }
        #expect(isNaN)
    }
}
