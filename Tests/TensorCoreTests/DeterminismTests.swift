import TensorCore
import TestSupport
import Testing

@Suite("the same threads give the same bits", .serialized)
struct DeterminismTests {
    @Test("convolution, normalisation and linear map", arguments: [1, 2])
    func sameBits(threads: Int) throws {
        let first = try results(threads)
        #expect(try results(threads) == first)
        #expect(try results(threads) == first)
    }

    private func results(_ threads: Int) throws -> [[UInt32]] {
        let device = try Device(threads: threads)
        let x = try ReferenceArray(random: [7, 64, 8, 8], "x").tensor(on: device)
        let w = try ReferenceArray(random: [64, 64, 3, 3], "w").tensor(on: device)
        let rows = try ReferenceArray(random: [64, 300], "rows").tensor(on: device)
        let map = try ReferenceArray(random: [40, 300], "map").tensor(on: device)
        let convolution = try Convolution.prepared(
            input: x, weight: w, window: Window(kernel: (3, 3), padding: (1, 1)), groups: 1,
            hasBias: true)
        let bias = try device.zeros([64])
        let output = try convolution.forward(x, weight: w, copies: nil, bias: bias)
        let gradients = try convolution.weightGradient(output, input: x)
        let normalization = try BatchNormalization.prepared(
            output, epsilon: 1e-5, usesGivenStatistics: false, hasScale: false, withReLU: true)
        let normalized = try normalization.forward(
            output, scale: nil, shift: nil, statistics: nil)
        let linear = try LinearProduct.forward(rows, weight: map, bias: nil)
        let tensors = [
            output, try convolution.inputGradient(output, weight: w, copies: nil),
            gradients.weight, normalized.output, normalized.saved.mean,
            try normalization.backward(x, normalized.saved).input, linear,
            try LinearProduct.weightGradient(linear, input: rows),
        ]
        return try tensors.map { try $0.plainValues().map(\.bitPattern) }
    }
}
