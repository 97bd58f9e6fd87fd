import Foundation
import NeuralNet
import TensorCore
import TestSupport
import Testing

private typealias Operation = @Sendable ([Variable], ForwardContext) throws -> Variable

/// An operation, operands for it, and what a plain loop makes of them.
struct OperationCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let operands: [ReferenceArray]
    let expected: ReferenceArray
    let operation: @Sendable ([Variable], ForwardContext) throws -> Variable

    private init(
        _ name: String, _ operands: [ReferenceArray], _ expected: ReferenceArray,
        _ operation: @escaping Operation
    ) {
        testDescription = "\(name) \(operands.map(\.shape))"
        self.operands = operands
        self.expected = expected
        self.operation = operation
    }

    static let all = activations + dimensions + arithmetic + channels + poolings

    /// Values on both sides of 0, no closer to it than a difference quotient's step.
    private static func awayFromZero(_ shape: [Int]) -> ReferenceArray {
        ReferenceArray(random: shape, "x").map { ($0 < 0 ? $0 - 0.01 : $0 + 0.01) * 4 }
    }

    private static let activations: [OperationCase] = {
        let operations: [(String, Reference.Activation, Operation)] = [
            ("sigmoid", Reference.sigmoid, { try sigmoid($0[0], $1) }),
            ("tanh", Reference.tanh, { try tanh($0[0], $1) }),
            ("silu", Reference.silu, { try silu($0[0], $1) }),
            ("gelu", Reference.gelu, { try gelu($0[0], $1) }),
            ("gelu by tanh", Reference.tanhGELU, { try gelu($0[0], approximation: .tanh, $1) }),
            ("leaky relu", Reference.leakyReLU(slope: 0.01), { try leakyReLU($0[0], $1) }),
            (
                "falling relu", Reference.leakyReLU(slope: -0.5),
                { try leakyReLU($0[0], slope: -0.5, $1) }
            ),
            ("relu", Reference.leakyReLU(slope: 0), { try leakyReLU($0[0], slope: 0, $1) }),
            ("relu6 of 3x", Reference.clippedTriple, { try relu6(scale($0[0], by: 3, $1), $1) }),
            (
                "scale", Reference.linear(factor: -3, shift: 0.5),
                { try scale($0[0], by: -3, plus: 0.5, $1) }
            ),
        ]
        return operations.flatMap { name, function, operation in
            [[], [7], [2, 3, 5, 4], [2, 16, 3, 3]].map { shape in
                let x = awayFromZero(shape)
                return OperationCase(name, [x], x.map(function.value), operation)
            }
        }
    }()

    private static let dimensions: [OperationCase] = {
        let softmaxes: [OperationCase] = [
            ([3, 5], 1), ([4, 3], 0), ([2, 3, 4], -1), ([2, 16, 3, 3], 1), ([2, 3, 4, 5], -2),
            ([3, 1], 1),
        ]
        .flatMap { (shape: [Int], dimension: Int) in
            let x = ReferenceArray(random: shape, "x").map { $0 * 5 }
            let expected = Reference.softmax(
                x, dimension: (dimension + shape.count) % shape.count)
            return [
                OperationCase("softmax \(dimension)", [x], expected) {
                    try softmax($0[0], dimension: dimension, $1)
                },
                OperationCase("log softmax \(dimension)", [x], expected.map { log($0) }) {
                    try logSoftmax($0[0], dimension: dimension, $1)
                },
            ]
        }
        let means: [OperationCase] = [
            ([2, 3, 4, 5], [2, 3]), ([2, 3, 4, 5], [1]), ([2, 3, 4, 5], [0, 2]),
            ([2, 3, 4, 5], [-1, 1, 0, 2]), ([6], [0]),
        ].flatMap { (shape: [Int], dimensions: [Int]) in
            let x = ReferenceArray(random: shape, "x")
            let resolved = dimensions.map { ($0 + shape.count) % shape.count }
            let sums = Reference.sum(x, along: resolved)
            let count = Double(x.values.count / sums.values.count)
            let rest = shape.indices.filter { !resolved.contains($0) }.map { shape[$0] }
            return [
                OperationCase("mean \(dimensions)", [x], sums.map { $0 / count }) {
                    try mean($0[0], dimensions: dimensions, keepsDimensions: true, $1)
                },
                OperationCase("sum \(dimensions)", [x], ReferenceArray(sums.values, shape: rest)) {
                    try sum($0[0], dimensions: dimensions, $1)
                },
            ]
        }
        let parts: [OperationCase] = [
            ([[2, 3], [1, 3]], 0), ([[2, 3], [2, 1], [2, 4]], 1), ([[4]], 0),
            ([[2, 3, 4, 5], [2, 1, 4, 5]], 1), ([[2, 3, 4, 5], [2, 3, 4, 2]], -1),
        ].map { (shapes: [[Int]], dimension: Int) in
            let operands = shapes.enumerated().map { ReferenceArray(random: $1, "part \($0)") }
            let resolved = (dimension + shapes[0].count) % shapes[0].count
            return OperationCase(
                "concat \(dimension)", operands,
                Reference.concatenation(operands, along: resolved)
            ) { try concatenate($0, dimension: dimension, $1) }
        }
        return softmaxes + means + parts
    }()

    private static let arithmetic: [OperationCase] = [[3], [2, 3, 4, 5]].flatMap { shape in
        let a = ReferenceArray(random: shape, "a")
        let b = ReferenceArray(random: shape, "b")
        return [
            OperationCase("sub", [a, b], a.combined(with: b, -)) {
                try subtract($0[0], $0[1], $1)
            },
            OperationCase("mul", [a, b], a.combined(with: b, *)) {
                try multiply($0[0], $0[1], $1)
            },
            OperationCase("square", [a], a.map { $0 * $0 }) { try multiply($0[0], $0[0], $1) },
        ]
    }

    private static let channels: [OperationCase] =
        [[2, 3, 4, 5], [2, 16, 3, 3], [1, 32, 2, 5], [3, 7]].map { shape in
            let x = ReferenceArray(random: shape, "x")
            let factors = ReferenceArray(random: Array(shape.prefix(2)), "factors")
            let size = shape.dropFirst(2).reduce(1, *)
            let products = x.values.indices.map { x.values[$0] * factors.values[$0 / size] }
            return OperationCase(
                "channels", [x, factors], ReferenceArray(products, shape: shape)
            ) { try multiplyChannels($0[0], by: $0[1], $1) }
        }
        + [1.0, 2.5].map { exponent in
            let x = ReferenceArray(random: [2, 3, 3, 4], "x").map { abs($0) + 0.1 }
            let p = ReferenceArray([exponent], shape: [1])
            let means = (0..<6).map { channel in
                pow(
                    x.values[channel * 12..<(channel + 1) * 12]
                        .reduce(0) { $0 + pow($1, exponent) } / 12, 1 / exponent)
            }
            return OperationCase(
                "generalized mean \(exponent)", [x, p], ReferenceArray(means, shape: [2, 3])
            ) { try generalizedMeanPool2d($0[0], exponent: $0[1], floor: 1e-6, $1) }
        }

    private static let poolings: [OperationCase] = {
        let windows: [OperationCase] = [
            ([1, 3, 6, 6], Window(kernel: (3, 3), stride: (2, 2), padding: (1, 1))),
            ([2, 2, 5, 8], Window(kernel: (4, 2), stride: (3, 3), padding: (2, 1))),
            ([1, 16, 6, 6], Window(kernel: (3, 3), stride: (2, 2), padding: (1, 1))),
        ].map { (shape: [Int], window: Window) in
            let x = ReferenceArray(random: shape, "x")
            return OperationCase(
                "mean pool up \(window.kernel)", [x],
                Reference.averagePooling(x, window, roundsUp: true)
            ) { try averagePool2d($0[0], window, ceilMode: true, $1) }
        }
        let sizes: [OperationCase] = [
            ([1, 1, 2, 3], (3, 4)), ([2, 3, 7, 5], (3, 2)), ([1, 16, 6, 6], (3, 2)),
            ([1, 2, 4, 5], (1, 1)), ([1, 2, 4, 5], (4, 5)),
        ].map { (shape: [Int], size: (Int, Int)) in
            let x = ReferenceArray(random: shape, "x")
            return OperationCase(
                "adaptive mean pool \(size)", [x],
                Reference.adaptiveAveragePooling(x, size.0, size.1)
            ) { try adaptiveAveragePool2d($0[0], height: size.0, width: size.1, $1) }
        }
        return windows + sizes
    }()
}

@Suite("operations match the reference", .serialized)
struct OperationTests {
    /// Single precision on values of a few units; the library's functions are off by some more bits.
    let near = Tolerance(absolute: 2e-6, relative: 4e-6)
    /// Single-precision noise over a step of 0.01, plus the curvature within it.
    let nearSlope = Tolerance(absolute: 3e-3, relative: 3e-3)

    private func context(_ device: Device, _ tape: Tape? = nil) -> ForwardContext {
        ForwardContext(
            mode: .training, tape: tape, device: device, random: KeyedRandom(seed: 0))
    }

    @Test("values", arguments: OperationCase.all)
    func values(_ c: OperationCase) throws {
        let device = try Device(threads: 2)
        let operands = try c.operands.map { Variable(try $0.tensor(on: device)) }
        try expectClose(try c.operation(operands, context(device)).value, c.expected, near)
    }

    @Test("gradients agree with central differences", arguments: OperationCase.all)
    func gradients(_ c: OperationCase) throws {
        let device = try Device(threads: 1)
        let text = try gradientDifference(of: c.operands, nearSlope, on: device, c.operation)
        #expect(text == nil)
    }

    /// What comes out of a convolution lies in the kernels' layout.
    @Test("the kernels' layouts give the same values and gradients")
    func layouts() throws {
        let device = try Device(threads: 2)
        let operations: [(String, Operation)] = [
            ("sigmoid", { try sigmoid($0[0], $1) }), ("gelu", { try gelu($0[0], $1) }),
            ("leaky relu", { try leakyReLU($0[0], $1) }),
            ("scale", { try scale($0[0], by: 2, plus: 1, $1) }),
            ("softmax", { try softmax($0[0], dimension: 1, $1) }),
            ("softmax of lines", { try softmax($0[0], dimension: 3, $1) }),
            ("log softmax", { try logSoftmax($0[0], dimension: 1, $1) }),
            ("mean", { try mean($0[0], dimensions: [2, 3], $1) }),
            ("sub", { try subtract($0[0], $0[1], $1) }),
            ("mul", { try multiply($0[0], $0[1], $1) }),
            ("concat of channels", { try concatenate($0, dimension: 1, $1) }),
            ("concat of images", { try concatenate($0, dimension: 0, $1) }),
            ("concat of lines", { try concatenate($0, dimension: 2, $1) }),
            ("adaptive mean pool", { try adaptiveAveragePool2d($0[0], height: 4, width: 3, $1) }),
        ]
        // The second has channels that fill no block.
        for channels in [32, 20] {
            for (name, operation) in operations {
                let results = try [false, true].map { isPlain in
                    try run(operation, channels: channels, isPlain: isPlain, device)
                }
                for (part, (first, second)) in zip(results[0], results[1]).enumerated() {
                    let expected = ReferenceArray(
                        second.floats.map(Double.init), shape: second.shape)
                    #expect(
                        difference(first, expected, near) == nil, "\(name) \(channels) \(part)")
                }
            }
        }
    }

    /// The operation behind two convolutions: its result, and the gradients of their weights.
    private func run(_ operation: Operation, channels: Int, isPlain: Bool, _ device: Device) throws
        -> [PlainTensor]
    {
        let tape = Tape()
        let context = context(device, tape)
        let weights = try ["first", "second"].map {
            tape.input(
                try ReferenceArray(random: [channels, 3, 3, 3], $0).map { $0 / 4 }
                    .tensor(on: device))
        }
        let images = Variable(try ReferenceArray(random: [2, 3, 6, 6], "x").tensor(on: device))
        let operands = try weights.map { weight in
            let y = try conv2d(
                images, weight: weight, Window(kernel: (3, 3), padding: (1, 1)), context)
            return isPlain ? try reshape(y, y.shape, context) : y
        }
        let output = try operation(operands, context)
        let outer = try ReferenceArray(random: output.shape, "outer").tensor(on: device)
        try tape.backward(from: output, gradient: outer)
        let gradients = try weights.compactMap { try tape.gradient(of: $0)?.plainTensor() }
        return [try output.value.plainTensor()] + gradients
    }

    @Test("what is no number stays none")
    func notANumber() throws {
        let device = try Device(threads: 1)
        let x = Variable(try device.tensor([.nan, 1, -1, 2], shape: [1, 4]))
        let operations: [(String, Operation)] = [
            ("sigmoid", { try sigmoid($0[0], $1) }), ("tanh", { try tanh($0[0], $1) }),
            ("silu", { try silu($0[0], $1) }), ("gelu", { try gelu($0[0], $1) }),
            ("leaky relu", { try leakyReLU($0[0], $1) }),
            ("leaky relu without slope", { try leakyReLU($0[0], slope: 0, $1) }),
            ("softmax", { try softmax($0[0], dimension: 1, $1) }),
            ("log softmax", { try logSoftmax($0[0], dimension: 1, $1) }),
            ("mean", { try mean($0[0], $1) }), ("scale", { try scale($0[0], by: 2, $1) }),
        ]
        for (name, operation) in operations {
            let first = try operation([x], context(device)).value.plainValues()[0]
            #expect(first.isNaN, "\(name)")
        }
    }

    @Test("layers do what their operations do, and save nothing")
    func layers() throws {
        let device = try Device(threads: 1)
        let x = Variable(try ReferenceArray(random: [2, 3, 5, 4], "x").tensor(on: device))
        let context = context(device)
        let window = Window(kernel: (2, 2), stride: (2, 2))
        let layers: [(any Layer, Variable)] = [
            (Sigmoid(), try sigmoid(x, context)), (Tanh(), try tanh(x, context)),
            (SiLU(), try silu(x, context)), (GELU(), try gelu(x, context)),
            (GELU(approximation: .tanh), try gelu(x, approximation: .tanh, context)),
            (LeakyReLU(slope: 0.2), try leakyReLU(x, slope: 0.2, context)),
            (Softmax(dimension: 1), try softmax(x, dimension: 1, context)),
            (
                Softmax(dimension: -1, logarithm: true), try logSoftmax(x, dimension: -1, context)
            ),
            (
                AvgPool2d(window, ceilMode: true, countIncludesPadding: false),
                try averagePool2d(
                    x, window, ceilMode: true, countIncludesPadding: false, context)
            ),
            (
                AdaptiveAvgPool2d(height: 2, width: nil),
                try adaptiveAveragePool2d(x, height: 2, width: 4, context)
            ),
            (Flatten(), try flatten(x, context)), (Identity(), x),
        ]
        for (layer, expected) in layers {
            let output = try layer(x, context)
            #expect(output.shape == expected.shape, "\(layer)")
            #expect(try output.value.plainValues() == expected.value.plainValues(), "\(layer)")
            #expect(layer.members.entries.isEmpty)
        }
    }

    @Test("operands that do not fit")
    func messages() throws {
        let device = try Device(threads: 1)
        let context = context(device)
        func zeros(_ shape: [Int]) throws -> Variable { Variable(try device.zeros(shape)) }
        let mistakes: [(String, () throws -> Variable)] = [
            (
                "softmax: input [2, 3] has no dimension 2",
                { try softmax(zeros([2, 3]), dimension: 2, context) }
            ),
            (
                "log softmax: input [2, 3] has no dimension -3",
                { try logSoftmax(zeros([2, 3]), dimension: -3, context) }
            ),
            (
                "mean: a dimension is named twice in [1, -1]",
                { try mean(zeros([2, 3]), dimensions: [1, -1], context) }
            ),
            ("concat: there are no arrays", { try concatenate([], context) }),
            (
                "concat: scalars cannot be concatenated",
                { try concatenate([zeros([]), zeros([])], context) }
            ),
            (
                "concat: [2, 3] and [2, 4] differ beside dimension 0",
                { try concatenate([zeros([2, 3]), zeros([2, 4])], context) }
            ),
            (
                "sub: [2, 3] and [3, 2] differ in shape",
                { try subtract(zeros([2, 3]), zeros([3, 2]), context) }
            ),
            (
                "mul: [2, 3] and [3, 2] differ in shape",
                { try multiply(zeros([2, 3]), zeros([3, 2]), context) }
            ),
            (
                "adaptive average pooling: input [2, 3] does not pool to (1, 1)",
                { try adaptiveAveragePool2d(zeros([2, 3]), height: 1, width: 1, context) }
            ),
            (
                "pooling: padding (2, 0) is more than half of the kernel (3, 3)",
                {
                    try averagePool2d(
                        zeros([1, 1, 5, 5]), Window(kernel: (3, 3), padding: (2, 0)), context)
                }
            ),
        ]
        for (text, operation) in mistakes {
            #expect { _ = try operation() } throws: { "\($0)" == text }
        }
    }
}
