import TensorCore
import TestSupport
import Testing

/// Operands are exact in bfloat16, so that only results are rounded.
@Suite("bfloat16 convolution matches the reference", .serialized)
struct HalfConvolutionTests {
    static let cases: [ConvolutionCase] = [
        // One or more blocks of places; threads share places or filters.
        .init(channels: (32, 64), size: (6, 5), kernel: (1, 1), padding: (0, 0)),
        .init(batch: 4, channels: (64, 32), size: (21, 19), kernel: (1, 1), padding: (0, 0)),
        .init(batch: 1, channels: (32, 32), size: (1, 1), kernel: (1, 1), padding: (0, 0)),
        .init(batch: 3, channels: (64, 96), size: (7, 7)),
        .init(batch: 4, channels: (32, 32), size: (20, 23)),
        .init(channels: (160, 224), size: (4, 4)),
        // Strides, dilation, padding; views of the input.
        .init(channels: (32, 64), size: (9, 9), kernel: (1, 1), stride: (2, 2), padding: (0, 0)),
        .init(channels: (64, 32), size: (8, 11), kernel: (1, 1), stride: (3, 2), padding: (0, 0)),
        .init(channels: (32, 32), size: (9, 10), stride: (2, 2)),
        .init(channels: (32, 32), size: (11, 9), stride: (2, 1), padding: (3, 0)),
        .init(channels: (32, 32), size: (11, 12), padding: (2, 2), dilation: (2, 2)),
        .init(channels: (32, 32), size: (5, 6), kernel: (1, 3), padding: (0, 3)),
        .init(channels: (32, 32), size: (9, 8), kernel: (4, 4), stride: (2, 2)),
        // Few channels: all views side by side.
        .init(channels: (3, 32), size: (21, 18), kernel: (7, 7), stride: (2, 2), padding: (3, 3)),
        .init(channels: (3, 64), size: (12, 12)),
        .init(channels: (16, 32), size: (7, 6)),
    ]
    /// What tiles do not do.
    static let otherCases: [ConvolutionCase] = [
        .init(channels: (32, 32), size: (9, 9), stride: (3, 2)),
        .init(channels: (48, 32), size: (6, 6)), .init(channels: (32, 48), size: (6, 6)),
        .init(channels: (32, 32), size: (6, 6), hasBias: true),
        .init(channels: (64, 64), size: (6, 6), groups: 2),
        .init(channels: (32, 32), size: (9, 9), kernel: (8, 8), padding: (3, 3)),
    ]

    private struct Bench {
        let c: ConvolutionCase
        let device: Device
        let elementType: ElementType
        let input, weight, gradient: ReferenceArray

        init(_ c: ConvolutionCase, threads: Int, elementType: ElementType = .bfloat16) throws {
            self.c = c
            device = try Device(threads: threads)
            self.elementType = elementType
            func halves(_ shape: [Int], _ key: String) -> ReferenceArray {
                ReferenceArray(random: shape, key).map { ($0 * 64).rounded() / 64 }
            }
            input = halves([c.batch, c.channels.input, c.size.0, c.size.1], "input")
            weight = halves(
                [c.channels.output, c.channels.input / c.groups, c.kernel.0, c.kernel.1], "weight")
            let output = Reference.convolution(
                input, weight, bias: nil, c.window, groups: c.groups)
            gradient = halves(output.shape, "gradient")
        }

        func kernel() throws -> (Convolution, input: Tensor, weight: Tensor, gradient: Tensor) {
            let (x, w) = (try input.tensor(on: device), try weight.tensor(on: device))
            let kernel = try Convolution.prepared(
                input: x, weight: w, window: c.window, groups: c.groups, hasBias: c.hasBias,
                elementType: elementType)
            return (kernel, x, w, try gradient.tensor(on: device))
        }

        func weightGradient() throws -> Tensor {
            let (kernel, x, _, gradient) = try kernel()
            return try kernel.weightGradient(gradient, input: x).weight
        }

        func algorithm(_ pass: ConvolutionPass) throws -> ConvolutionAlgorithm {
            try #require(
                device.algorithms.inUse.last { $0.operation.hasPrefix(pass.rawValue) }
            ).algorithm
        }
    }

    /// Products are exact, their sums as good as single precision's.
    private func checkWeightGradient(_ bench: Bench) throws {
        let c = bench.c
        let expected = Reference.convolutionWeightGradient(
            bench.gradient, bench.input, weightShape: bench.weight.shape, c.window,
            groups: c.groups)
        let places =
            Double(bench.gradient.shape[0] * bench.gradient.shape[2])
            * Double(bench.gradient.shape[3])
        try expectClose(
            bench.weightGradient(), expected.weight,
            Tolerance(absolute: 2e-6 * places.squareRoot() + 1e-6))
    }

    @Test("the weight's gradient on matrix tiles", arguments: cases, [1, 2, 3])
    func matrixTiles(_ c: ConvolutionCase, threads: Int) throws {
        let bench = try Bench(c, threads: threads)
        guard bench.device.hasFastBFloat16 else { return }
        try checkWeightGradient(bench)
        let wanted: ConvolutionAlgorithm = bench.device.hasMatrixTiles ? .matrixTiles : .direct
        #expect(try bench.algorithm(.backwardWeights) == wanted)
    }

    @Test("the library serves where tiles do not", arguments: otherCases)
    func others(_ c: ConvolutionCase) throws {
        let bench = try Bench(c, threads: 2)
        guard bench.device.hasFastBFloat16 else { return }
        try checkWeightGradient(bench)
        #expect(try bench.algorithm(.backwardWeights) == .direct)
    }

    @Test("whatever was in memory before, the same bits", arguments: cases, [1, 2])
    func sameBits(_ c: ConvolutionCase, threads: Int) throws {
        let bench = try Bench(c, threads: threads)
        guard bench.device.hasFastBFloat16 else { return }
        let first = try bench.weightGradient().plainValues().map(\.bitPattern)
        do {
            let sizes = (6..<22).map { 1 << $0 }
            let junk = try sizes.map { try bench.device.full([$0], .nan) }
            #expect(junk.count == sizes.count)
        }
        let second = try bench.weightGradient().plainValues().map(\.bitPattern)
        let third = try Bench(c, threads: threads).weightGradient().plainValues()
        #expect(second == first)
        #expect(third.map(\.bitPattern) == first)
    }

    @Test("what is no number reaches its own filter and channel only")
    func notANumber() throws {
        let c = ConvolutionCase(channels: (64, 32), size: (9, 9))
        let bench = try Bench(c, threads: 2)
        guard bench.device.hasFastBFloat16 else { return }
        let (kernel, _, _, _) = try bench.kernel()
        var (input, gradient) = (bench.input, bench.gradient)
        input.values[(7 * 9 + 4) * 9 + 4] = .nan
        gradient.values[(3 * 9 + 4) * 9 + 4] = .infinity
        let result = try kernel.weightGradient(
            gradient.tensor(on: bench.device), input: input.tensor(on: bench.device)
        ).weight.plainValues()
        for (place, value) in result.enumerated() {
            let isTouched = place / (64 * 9) == 3 || place / 9 % 64 == 7
            #expect(value.isFinite == !isTouched, "\(place)")
        }
    }

    @Test(
        "the input's gradient by the transposed weight",
        arguments: cases.filter { $0.kernel == (1, 1) }, [ElementType.float32, .bfloat16])
    func transposed(_ c: ConvolutionCase, elementType: ElementType) throws {
        let bench = try Bench(c, threads: 2, elementType: elementType)
        guard elementType == .float32 || bench.device.hasFastBFloat16 else { return }
        bench.device.algorithms.preferred = .transposed
        func gradient(_ bench: Bench) throws -> Tensor {
            let (kernel, _, weight, gradient) = try bench.kernel()
            return try kernel.inputGradient(gradient, weight: weight, copies: KernelCopies())
        }
        let found = try gradient(bench)
        let expected = Reference.convolutionInputGradient(
            bench.gradient, bench.weight, inputShape: bench.input.shape, c.window, groups: 1)
        let terms = Double(c.channels.output)
        try expectClose(
            found, expected,
            Tolerance(
                absolute: 2e-6 * terms.squareRoot() + 1e-6,
                relative: elementType == .bfloat16 ? 1.0 / 256 : 0))
        // Single precision lies in blocks of channels, which are not spread.
        let serves = elementType == .bfloat16 || c.stride == (1, 1)
        #expect(try bench.algorithm(.backwardData) == (serves ? .transposed : .direct))
        #expect(try gradient(bench).plainValues() == found.plainValues())
    }

    @Test(
        "timing tries them, and what it chose serves", arguments: [ElementType.float32, .bfloat16])
    func timing(_ elementType: ElementType) throws {
        let bench = try Bench(Self.cases[6], threads: 2, elementType: elementType)
        guard elementType == .float32 || bench.device.hasFastBFloat16 else { return }
        bench.device.algorithms.timesCandidates = true
        let (kernel, x, weight, gradient) = try bench.kernel()
        _ = try kernel.inputGradient(gradient, weight: weight, copies: nil)
        _ = try kernel.weightGradient(gradient, input: x)
        for entry in bench.device.algorithms.inUse {
            #expect(bench.device.algorithms.choices[entry.operation] == entry.algorithm)
        }
        #expect(bench.device.algorithms.inUse.count == 3)
    }
}
