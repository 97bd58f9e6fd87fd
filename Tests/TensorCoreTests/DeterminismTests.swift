import TensorCore
import TestSupport
import Testing

@Suite("the same threads give the same bits", .serialized)
struct DeterminismTests {
    @Test("convolution, normalisation and linear map", arguments: [1, 2])
    func sameBits(threads: Int) throws {
        let device = try Device(threads: threads)
        let first = try results(on: device)
        #expect(try results(on: device) == first)
        #expect(try results(on: Device(threads: threads)) == first)
    }

    @Test("two devices on one thread keep their own thread counts")
    func twoDevices() throws {
        let (one, two) = (try Device(threads: 1), try Device(threads: 2))
        let (first, second) = (try results(on: one), try results(on: two))
        #expect(first != second, "bits depend on the number of threads")
        #expect(try results(on: one) == first)
        #expect(try results(on: two) == second)
    }

    private func results(on device: Device) throws -> [[UInt32]] {
        // One block of channels: the weight's gradient can be split among threads by images alone.
        let x = try ReferenceArray(random: [8, 16, 16, 16], "x").tensor(on: device)
        let w = try ReferenceArray(random: [16, 16, 3, 3], "w").tensor(on: device)
        let rows = try ReferenceArray(random: [64, 300], "rows").tensor(on: device)
        let map = try ReferenceArray(random: [40, 300], "map").tensor(on: device)
        let convolution = try Convolution.prepared(
            input: x, weight: w, window: Window(kernel: (3, 3), padding: (1, 1)), groups: 1,
            hasBias: true)
        let bias = try device.zeros([16])
        let output = try convolution.forward(x, weight: w, copies: nil, bias: bias)
        let gradients = try convolution.weightGradient(output, input: x)
        let images = try ReferenceArray(random: [4, 64, 12, 12], "images").tensor(on: device)
        let kernels = try ReferenceArray(random: [64, 64, 3, 3], "kernels").tensor(on: device)
        let wide = try Convolution.prepared(
            input: images, weight: kernels, window: Window(kernel: (3, 3), padding: (1, 1)),
            groups: 1, hasBias: false)
        let small = try ReferenceArray(random: [40, 64, 2, 2], "small").tensor(on: device)
        let whole = try Convolution.prepared(
            input: small, weight: kernels, window: Window(kernel: (3, 3), padding: (1, 1)),
            groups: 1, hasBias: false)
        let normalization = try BatchNormalization.prepared(
            output, epsilon: 1e-5, usesGivenStatistics: false, hasScale: false, withReLU: true)
        let normalized = try normalization.forward(
            output, scale: nil, shift: nil, statistics: nil)
        let linear = try LinearProduct.forward(rows, weight: map, bias: nil)
        let tensors = [
            output, try convolution.inputGradient(output, weight: w, copies: nil),
            gradients.weight, try wide.forward(images, weight: kernels, copies: nil, bias: nil),
            try wide.inputGradient(images, weight: kernels, copies: nil),
            try wide.weightGradient(images, input: images).weight, normalized.output,
            normalized.saved.mean,
            try whole.forward(small, weight: kernels, copies: nil, bias: nil),
            try whole.inputGradient(small, weight: kernels, copies: nil),
            try whole.weightGradient(small, input: small).weight,
            try normalization.backward([x], normalized.saved).input, linear,
            try LinearProduct.weightGradient(linear, input: rows),
        ]
        return try tensors.map { try $0.plainValues().map(\.bitPattern) }
    }

    @Test("a device with fewer threads leaves the number of the next one alone")
    func standardThreads() throws {
        let standard = try Device().threadCount
        let small = try Device(threads: 1)
        // A kernel sets the number of its threads.
        #expect(try small.full([64], 1).adding(small.full([64], 1)).plainValues()[0] == 2)
        #expect(try Device().threadCount == standard)
    }
}
