import TensorCore
import TestSupport
import Testing

struct ConvolutionCase: Sendable, CustomTestStringConvertible {
    var batch = 2
    var channels: (input: Int, output: Int)
    var size: (Int, Int)
    var kernel = (3, 3)
    var stride = (1, 1)
    var padding = (1, 1)
    var dilation = (1, 1)
    var groups = 1
    var hasBias = false
    /// Enough channels and places for Winograd's algorithm.
    var isWide = false

    var window: Window {
        Window(kernel: kernel, stride: stride, padding: padding, dilation: dilation)
    }

    var testDescription: String {
        "\(batch)×\(channels.input)→\(channels.output) \(size) k\(kernel) s\(stride) p\(padding) "
            + "d\(dilation) g\(groups)\(hasBias ? " bias" : "")"
    }

    static let all: [ConvolutionCase] = [
        // Channel counts around the kernels' block of 16.
        .init(channels: (1, 1), size: (5, 5)),
        .init(channels: (3, 4), size: (9, 7), hasBias: true),
        .init(
            batch: 1, channels: (3, 64), size: (17, 17), kernel: (7, 7), stride: (2, 2),
            padding: (3, 3)),
        .init(channels: (4, 8), size: (8, 8)),
        .init(batch: 7, channels: (8, 17), size: (6, 5), hasBias: true),
        .init(channels: (16, 16), size: (12, 12)),
        .init(channels: (17, 3), size: (4, 9)),
        .init(batch: 1, channels: (32, 32), size: (33, 33)),
        .init(batch: 7, channels: (64, 64), size: (4, 4)),
        .init(batch: 1, channels: (128, 128), size: (14, 14)),
        .init(batch: 2, channels: (256, 256), size: (4, 4)),
        .init(
            batch: 1, channels: (64, 16), size: (1, 1), kernel: (1, 1), padding: (0, 0),
            hasBias: true),
        .init(channels: (64, 64), size: (17, 16), isWide: true),
        .init(
            batch: 1, channels: (64, 80), size: (23, 25), padding: (0, 1), hasBias: true,
            isWide: true),
        // Kernels, strides, padding.
        .init(channels: (16, 32), size: (15, 15), kernel: (1, 1), stride: (2, 2), padding: (0, 0)),
        .init(channels: (16, 32), size: (16, 16), kernel: (3, 3), stride: (2, 2)),
        .init(channels: (8, 8), size: (11, 14), kernel: (5, 3), stride: (3, 2), padding: (2, 0)),
        .init(channels: (4, 4), size: (1, 1)),
        .init(channels: (3, 5), size: (2, 6), kernel: (2, 4), padding: (0, 3)),
        .init(channels: (16, 16), size: (10, 10), kernel: (2, 2), stride: (3, 3), padding: (0, 0)),
        // Dilation.
        .init(channels: (8, 16), size: (13, 13), padding: (2, 2), dilation: (2, 2)),
        .init(channels: (16, 16), size: (17, 9), stride: (2, 1), padding: (3, 0), dilation: (3, 2)),
        // Groups, depthwise included.
        .init(channels: (8, 8), size: (9, 9), groups: 2, hasBias: true),
        .init(channels: (32, 64), size: (8, 8), groups: 4),
        .init(channels: (16, 16), size: (9, 9), groups: 16),
        .init(channels: (17, 17), size: (7, 7), stride: (2, 2), groups: 17, hasBias: true),
        .init(channels: (64, 64), size: (14, 14), kernel: (5, 5), padding: (2, 2), groups: 64),
        .init(channels: (6, 12), size: (8, 8), padding: (2, 2), dilation: (2, 2), groups: 3),
    ]

    /// Every output sees every input, and there are whole blocks of channels.
    static let wholeImages: [ConvolutionCase] = [
        .init(batch: 7, channels: (64, 64), size: (2, 2)),
        .init(batch: 3, channels: (16, 48), size: (1, 1)),
        .init(batch: 5, channels: (32, 16), size: (2, 2), stride: (2, 2)),
        .init(channels: (16, 32), size: (2, 1), stride: (1, 2)),
        .init(channels: (16, 16), size: (2, 2), kernel: (3, 2), padding: (1, 0)),
        .init(channels: (32, 16), size: (2, 3), kernel: (5, 5), padding: (2, 2)),
        .init(channels: (16, 32), size: (3, 2), kernel: (3, 2), padding: (0, 0)),
    ]

    /// Nearly so: a place out of reach, a bias, half a block, another kind of kernel, too much to spread.
    static let nearlyWholeImages: [ConvolutionCase] = [
        .init(channels: (16, 16), size: (2, 3)),
        .init(channels: (16, 16), size: (2, 2), padding: (2, 2)),
        .init(channels: (16, 16), size: (2, 2), hasBias: true),
        .init(channels: (24, 16), size: (2, 2)),
        .init(channels: (16, 8), size: (1, 1)),
        .init(channels: (32, 32), size: (2, 2), groups: 2),
        .init(channels: (16, 16), size: (2, 2), padding: (2, 2), dilation: (2, 2)),
        .init(channels: (16, 16), size: (1, 1), kernel: (1, 1), padding: (0, 0)),
        .init(channels: (16, 16), size: (3, 3), kernel: (5, 5), padding: (2, 2)),
    ]
}

@Suite("convolution matches the reference", .serialized)
struct ConvolutionTests {
    /// Operands lie in -1...1, so a sum of n products is about √n/3 and its rounding grows alike;
    /// Winograd's transforms cost another bit or two.
    private func tolerance(_ c: ConvolutionCase, terms: Int) -> Tolerance {
        Tolerance(absolute: (c.isWide ? 5e-6 : 2e-6) * Double(terms).squareRoot() + 1e-6)
    }

    @Test(
        "forward and gradients",
        arguments: ConvolutionCase.all + ConvolutionCase.wholeImages
            + ConvolutionCase.nearlyWholeImages, [1, 2])
    func matches(_ c: ConvolutionCase, threads: Int) throws {
        try expectMatch(c, on: Device(threads: threads))
    }

    @Test("where every output sees every input, a product of whole images serves")
    func wholeImages() throws {
        for (cases, isWhole) in [
            (ConvolutionCase.wholeImages, true), (ConvolutionCase.nearlyWholeImages, false),
        ] {
            for c in cases {
                let device = try Device(threads: 1)
                try expectMatch(c, on: device)
                let used = device.algorithms.inUse.map { $0.algorithm == .wholeImage }
                #expect(used == [isWhole, isWhole, isWhole], "\(c.testDescription)")
            }
        }
    }

    @Test("candidates that were timed match", arguments: ConvolutionCase.wholeImages.prefix(3))
    func timed(_ c: ConvolutionCase) throws {
        let device = try Device(threads: 2)
        device.algorithms.timesCandidates = true
        try expectMatch(c, on: device)
        #expect(device.algorithms.choices.count == 3)
        // Each pass may go another way than the others.
        for mask in 0..<8 {
            let mixed = try Device(threads: 1)
            let names = device.algorithms.inUse.map(\.operation)
            mixed.algorithms.restore(
                Dictionary(
                    uniqueKeysWithValues: names.enumerated().map {
                        ($1, mask >> $0 & 1 == 1 ? .wholeImage : .direct)
                    }))
            try expectMatch(c, on: mixed)
        }
    }

    private func expectMatch(_ c: ConvolutionCase, on device: Device) throws {
        let weightShape = [
            c.channels.output, c.channels.input / c.groups, c.kernel.0, c.kernel.1,
        ]
        let input = ReferenceArray(
            random: [c.batch, c.channels.input, c.size.0, c.size.1], "input")
        let weight = ReferenceArray(random: weightShape, "weight")
        let bias = c.hasBias ? ReferenceArray(random: [c.channels.output], "bias") : nil
        let x = try input.tensor(on: device)
        let w = try weight.tensor(on: device)
        let kernel = try Convolution.prepared(
            input: x, weight: w, window: c.window, groups: c.groups, hasBias: c.hasBias)

        let output = try kernel.forward(
            x, weight: w, copies: KernelCopies(), bias: bias?.tensor(on: device))
        let expected = Reference.convolution(
            input, weight, bias: bias, c.window, groups: c.groups)
        let terms = weightShape.dropFirst().reduce(1, *)
        try expectClose(output, expected, tolerance(c, terms: terms))

        let outer = ReferenceArray(random: expected.shape, "gradient")
        let gradient = try outer.tensor(on: device)
        let inputGradient = try kernel.inputGradient(gradient, weight: w, copies: nil)
        let expectedInput = Reference.convolutionInputGradient(
            outer, weight, inputShape: input.shape, c.window, groups: c.groups)
        try expectClose(inputGradient, expectedInput, tolerance(c, terms: terms))

        let found = try kernel.weightGradient(gradient, input: x)
        let sums = Reference.convolutionWeightGradient(
            outer, input, weightShape: weightShape, c.window, groups: c.groups)
        let places = c.batch * expected.shape[2] * expected.shape[3]
        try expectClose(found.weight, sums.weight, tolerance(c, terms: places))
        #expect((found.bias == nil) == !c.hasBias)
        if let bias = found.bias {
            try expectClose(bias, sums.bias, tolerance(c, terms: places))
        }
    }

    @Test("a kernel's copy of a weight follows the weight")
    func weightCopies() throws {
        let device = try Device(threads: 1)
        let window = Window(kernel: (3, 3), padding: (1, 1))
        let x = try ReferenceArray(random: [1, 16, 5, 5], "x").tensor(on: device)
        let w = try ReferenceArray(random: [16, 16, 3, 3], "w").tensor(on: device)
        let kernel = try Convolution.prepared(
            input: x, weight: w, window: window, groups: 1, hasBias: false)
        let copies = KernelCopies()
        let before = try kernel.forward(x, weight: w, copies: copies, bias: nil).plainValues()
        try w.scale(by: 2)
        copies.invalidate()
        let after = try kernel.forward(x, weight: w, copies: copies, bias: nil).plainValues()
        #expect(after == before.map { 2 * $0 })
    }
}
