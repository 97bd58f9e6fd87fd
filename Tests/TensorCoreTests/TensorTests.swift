import TensorCore
import TestSupport
import Testing

@Suite("tensors", .serialized)
struct TensorTests {
    let near = Tolerance(absolute: 1e-5)

    @Test("element-wise operations", arguments: [[1], [3, 5], [2, 17, 3, 3], [1, 64, 8, 8]])
    func elementWise(_ shape: [Int]) throws {
        let device = try Device(threads: 2)
        let (a, b) = (ReferenceArray(random: shape, "a"), ReferenceArray(random: shape, "b"))
        let (x, y) = (try a.tensor(on: device), try b.tensor(on: device))
        let sum = a.combined(with: b, +)
        try expectClose(x.adding(y), sum, near)
        let rectified = try x.adding(y, thenReLU: true)
        try expectClose(rectified, sum.map { max($0, 0) }, near)
        try expectClose(x.multiplied(by: y), a.combined(with: b, *), near)
        try expectClose(x.rectified(), a.map { max($0, 0) }, near)
        let gradient = try x.rectified().rectifiedGradient(y)
        try expectClose(gradient, a.combined(with: b) { $0 > 0 ? $1 : 0 }, near)
    }

    @Test("layouts are carried from operation to operation and change no value")
    func chain() throws {
        let device = try Device(threads: 2)
        let input = ReferenceArray(random: [2, 3, 17, 15], "input")
        let (first, second) = (
            ReferenceArray(random: [17, 3, 3, 3], "first").map { $0 / 4 },
            ReferenceArray(random: [20, 17, 3, 3], "second").map { $0 / 8 }
        )
        let (scale, shift) = (
            ReferenceArray(random: [17], "scale"), ReferenceArray(random: [17], "shift")
        )
        let (window, halves) = (
            Window(kernel: (3, 3), padding: (1, 1)),
            Window(kernel: (3, 3), stride: (2, 2), padding: (1, 1))
        )
        func convolve(_ x: Tensor, _ weight: ReferenceArray) throws -> Tensor {
            let weight = try weight.tensor(on: device)
            return try Convolution.prepared(
                input: x, weight: weight, window: window, groups: 1, hasBias: false
            ).forward(x, weight: weight, copies: nil, bias: nil)
        }
        let a = try convolve(input.tensor(on: device), first)
        let b = try BatchNormalization.prepared(
            a, epsilon: 1e-5, usesGivenStatistics: false, hasScale: true, withReLU: false
        ).forward(
            a, scale: scale.tensor(on: device), shift: shift.tensor(on: device), statistics: nil
        ).output.rectified()
        let c = try Pooling.prepared(.maximum, b, halves).forward(b).output
        let d = try convolve(c.adding(c), second)

        let convolved = Reference.convolution(input, first, window)
        let statistics = Reference.channelStatistics(convolved)
        let normalized = Reference.batchNormalization(
            convolved, mean: statistics.mean, variance: statistics.variance, scale: scale,
            shift: shift, epsilon: 1e-5)
        let pooled = Reference.maxPooling(normalized.map { max($0, 0) }, halves)
        try expectClose(c, pooled, near)
        let last = Reference.convolution(pooled.map { 2 * $0 }, second, window)
        try expectClose(d, last, Tolerance(absolute: 5e-5))
        // Read as rows, in copies of their own, and added to in place.
        #expect(try d.reshaped([2, 20 * 9 * 8]).plainValues() == d.plainValues())
        let copy = try d.copy()
        try copy.assign(d, adding: true)
        #expect(try copy.plainValues() == d.plainValues().map { 2 * $0 })
        let gathered = try device.zeros(d.shape)
        try gathered.assign(d, adding: false)
        try gathered.assign(d, adding: true)
        #expect(try gathered.plainValues() == copy.plainValues())
    }

    @Test("a slice shares memory")
    func slices() throws {
        let device = try Device(threads: 1)
        let whole = try device.tensor([0, 1, 2, 3, 4, 5, 6], shape: [7])
        let part = try whole.slice(from: 1, shape: [2, 2])
        #expect(try part.plainValues() == [1, 2, 3, 4])
        try part.assign([10, 20, 30, 40])
        try whole.slice(from: 5, shape: []).fill(-1)
        try part.slice(from: 2, shape: [2]).assign(device.full([2], 0.5), adding: true)
        #expect(try whole.plainValues() == [0, 10, 20, 30.5, 40.5, -1, 6])
        let copy = try part.copy()
        try whole.fill(0)
        #expect(try copy.plainValues() == [10, 20, 30.5, 40.5])
    }

    @Test("a slice of a gradient buffer takes a kernel's layout")
    func kernelLayoutIntoSlice() throws {
        let device = try Device(threads: 2)
        let window = Window(kernel: (3, 3), padding: (1, 1))
        let x = try ReferenceArray(random: [2, 16, 6, 6], "x").tensor(on: device)
        let w = try ReferenceArray(random: [32, 16, 3, 3], "w").tensor(on: device)
        let kernel = try Convolution.prepared(
            input: x, weight: w, window: window, groups: 1, hasBias: false)
        let outer = try ReferenceArray(random: [2, 32, 6, 6], "g").tensor(on: device)
        let gradient = try kernel.weightGradient(outer, input: x).weight
        let buffer = try device.full([w.count + 5], 7)
        try buffer.slice(from: 3, shape: w.shape).assign(gradient, adding: false)
        let values = try buffer.plainValues()
        #expect(Array(values[3..<(3 + w.count)]) == (try gradient.plainValues()))
        #expect(values.prefix(3) + values.suffix(2) == [7, 7, 7, 7, 7])
    }

    @Test("loops over gradients")
    func gradientLoops() throws {
        let device = try Device(threads: 1)
        let reference = ReferenceArray(random: [1003], "gradient")
        let values = reference.values
        for order in [1.0, 2, 3, 2.5, .infinity] {
            let expected =
                order.isInfinite
                ? values.map(abs).max() ?? 0
                : PowerSum.norm(values, order)
            let norm = try reference.tensor(on: device).norm(order: order)
            #expect(abs(norm - expected) <= 1e-12 * max(1, expected), "order \(order)")
        }
        let changed = try reference.tensor(on: device)
        try changed.scale(by: 0.5)
        try changed.clamp(to: 0.25)
        let expected = reference.map { min(max($0 / 2, -0.25), 0.25) }
        try expectClose(changed, expected, Tolerance(absolute: 1e-9))
        #expect(try changed.isFinite())
        for bad in [Float.nan, .infinity] {
            let spoiled = try device.tensor([1, bad, -2], shape: [3])
            try spoiled.clamp(to: 1.5)
            #expect(try spoiled.isFinite() == !bad.isNaN)
            #expect(try spoiled.plainValues()[2] == -1.5)
        }
    }

    @Test("buffers come back to the pool")
    func pool() throws {
        let device = try Device(threads: 1)
        for _ in 0..<3 { _ = try device.zeros([1000]) }
        #expect(device.memoryStatistics.systemAllocations == 1)
        #expect(device.memoryStatistics.inUse == 0)
        #expect(device.memoryStatistics.held >= 4000)
        let kept = try [device.zeros([1000]), device.zeros([1000])]
        #expect(device.memoryStatistics.systemAllocations == 2)
        #expect(device.memoryStatistics.peak >= 8000)
        #expect(kept.count == 2)
    }
}
