import NeuralNet
import TensorCore
import Testing

/// What a convolution, its normalisation and what follows give with and without a tape: recorded, the
/// layers run one after another.
@Suite("convolution with normalisation")
struct NormalizedConvolutionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var channels = (input: 16, output: 32)
        var kernel = 3
        var stride = 1
        var size = 9
        var groups = 1
        var hasBias = false
        var isAffine = true
        var adds = false
        var rectifies = true
        var algorithm = ConvolutionAlgorithm.direct
        var precision = ElementType.float32

        var testDescription: String {
            "\(channels.input)→\(channels.output) \(kernel)×\(kernel) step \(stride) on \(size), "
                + "\(groups) groups\(hasBias ? ", bias" : "")\(isAffine ? "" : ", not affine")"
                + "\(adds ? ", add" : "")\(rectifies ? ", relu" : ""), \(algorithm.rawValue)"
        }

        static let all = [
            Case(), Case(rectifies: false), Case(adds: true), Case(adds: true, rectifies: false),
            Case(channels: (3, 10), kernel: 7, stride: 2, size: 20, hasBias: true),
            Case(kernel: 1, hasBias: true, isAffine: false, adds: true),
            Case(kernel: 1, stride: 2, rectifies: false),
            Case(groups: 4, hasBias: true, adds: true),
            Case(channels: (16, 16), groups: 16),
            Case(channels: (64, 64), size: 16, algorithm: .winograd),
            Case(channels: (64, 64), size: 16, adds: true, algorithm: .winograd),
            Case(channels: (64, 64), size: 16, adds: true, rectifies: false, algorithm: .winograd),
            Case(
                channels: (64, 64), size: 16, hasBias: true, rectifies: false, algorithm: .winograd),
            Case(channels: (16, 16), size: 8, algorithm: .winograd),
            Case(channels: (16, 32), size: 4, adds: true, algorithm: .winograd),
            Case(channels: (32, 32), size: 2, algorithm: .winograd),
            Case(channels: (48, 80), size: 7, adds: true, algorithm: .winograd),
            Case(channels: (8, 8), size: 8, algorithm: .winograd),
            Case(channels: (72, 64), size: 8, algorithm: .winograd),
            Case(channels: (64, 68), size: 8, adds: true, algorithm: .winograd),
            Case(adds: true, algorithm: .im2col), Case(algorithm: .im2col),
        ]
    }

    /// Layers with weights and statistics that are not the trivial ones.
    private struct Bench {
        let device: Device
        let generator = TorchGenerator(seed: 5)
        let conv: Conv2d
        let norm: BatchNorm2d
        let x: Variable
        let other: Variable?
        let settings: Case

        init(_ settings: Case) throws {
            self.settings = settings
            device = try Device(threads: 2)
            let (kernel, stride, size) = (settings.kernel, settings.stride, settings.size)
            conv = try Conv2d(
                settings.channels.input, settings.channels.output,
                Window(
                    kernel: (kernel, kernel), stride: (stride, stride),
                    padding: (kernel / 2, kernel / 2)),
                groups: settings.groups, bias: settings.hasBias, device: device,
                generator: generator)
            norm = try BatchNorm2d(
                settings.channels.output, affine: settings.isAffine, device: device)
            let side = (size - 1) / stride + 1
            x = try Self.random([2, settings.channels.input, size, size], device, generator)
            other =
                settings.adds
                ? try Self.random([2, settings.channels.output, side, side], device, generator)
                : nil
            let changes = ["weight", "bias", "running_mean", "running_var"]
            for name in changes { try change(name) }
        }

        private static func random(_ shape: [Int], _ device: Device, _ generator: TorchGenerator)
            throws -> Variable
        {
            let count = shape.reduce(1, *)
            return Variable(
                try device.tensor(
                    generator.normal(count: count, mean: 0, standardDeviation: 1), shape: shape))
        }

        /// Gives an array of the normalisation other values, as loading a checkpoint does.
        func change(_ name: String) throws {
            var state = try norm.stateDictionary()
            guard let values = state[name] else { return }
            let count = values.shape.reduce(1, *)
            let new = generator.normal(count: count, mean: 0, standardDeviation: 1).map {
                name == "running_var" ? abs($0) + 0.1 : $0
            }
            state[name] = PlainTensor(new, shape: values.shape)
            #expect(try norm.load(state, onlyIfExact: true).isEmpty)
        }

        func run(recorded: Bool) throws -> [Float] {
            let context = ForwardContext(
                mode: .evaluation, tape: recorded ? Tape() : nil, device: device,
                random: KeyedRandom(seed: 0), precision: settings.precision)
            return try normalizedConvolution(
                x, conv, norm, adding: other, thenReLU: settings.rectifies, context
            ).value.plainValues()
        }

        /// How far both ways are apart, in units of the largest value; and the values.
        func compare() throws -> (difference: Float, values: [Float]) {
            let (one, layers) = (try run(recorded: false), try run(recorded: true))
            let largest = layers.map(abs).max() ?? 0
            let difference = zip(one, layers).map { abs($0 - $1) }.max() ?? .infinity
            return (one.count == layers.count ? difference / largest : .infinity, one)
        }
    }

    @Test("one kernel gives what the layers give", arguments: Case.all)
    func oneKernel(_ settings: Case) throws {
        let bench = try Bench(settings)
        bench.device.algorithms.preferred = settings.algorithm
        let otherBefore = try bench.other?.value.plainValues()
        #expect(try bench.compare().difference < 1e-5)
        #expect(try bench.other?.value.plainValues() == otherBefore)
        let first = try #require(bench.device.algorithms.inUse.first)
        let ending = (settings.adds ? " add" : "") + (settings.rectifies ? " relu" : "")
        #expect(first.operation.hasSuffix("fp32" + ending))
        #expect(first.algorithm == settings.algorithm)
    }

    @Test(
        "in bfloat16 they differ by roundings",
        .enabled("the processor multiplies bfloat16 numbers") {
            try MixedPrecisionTests.processorIsFast
        },
        arguments: [false, true])
    func halfPrecision(adds: Bool) throws {
        let bench = try Bench(Case(adds: adds, precision: .bfloat16))
        #expect(try bench.compare().difference < 0.02)
    }

    @Test(
        "whatever changes, the next pass sees it",
        arguments: [ConvolutionAlgorithm.direct, .winograd])
    func changes(algorithm: ConvolutionAlgorithm) throws {
        var settings = Case(hasBias: true, adds: true, algorithm: algorithm)
        if algorithm == .winograd { (settings.channels, settings.size) = ((64, 64), 16) }
        let bench = try Bench(settings)
        let weight = bench.conv.weight
        let bias = try #require(bench.conv.bias)
        func optimize() throws {
            try weight.accumulate(bench.device.full(weight.value.shape, 1))
            try SGD([ParameterGroup([weight])], options: [("lr", .double(0.1))]).step()
        }
        func train() throws {
            let context = ForwardContext(
                mode: .training, tape: nil, device: bench.device, random: KeyedRandom(seed: 0))
            _ = try normalizedConvolution(bench.x, bench.conv, bench.norm, context)
        }
        let changes: [(String, () throws -> Void)] = [
            ("scale", { try bench.change("weight") }), ("shift", { try bench.change("bias") }),
            ("mean", { try bench.change("running_mean") }),
            ("variance", { try bench.change("running_var") }), ("training", train),
            ("weight", { try weight.assign(weight.value.plainValues().map { $0 + 0.1 }) }),
            ("optimizer", optimize),
            ("bias", { try bias.assign([Float](repeating: 2, count: bias.value.count)) }),
        ]
        var before = try bench.compare().values
        for (name, change) in changes {
            try change()
            let after = try bench.compare()
            #expect(after.difference < 1e-5, "\(name)")
            #expect(after.values != before, "\(name)")
            before = after.values
        }
    }

    @Test("a second pass takes no new memory", arguments: Case.all.suffix(6))
    func steadyState(_ settings: Case) throws {
        let bench = try Bench(settings)
        for _ in 0..<2 { _ = try bench.run(recorded: false) }
        let (allocations, objects) = (
            bench.device.memoryStatistics.systemAllocations, bench.device.memoryObjectCount
        )
        let first = try bench.run(recorded: false)
        #expect(try bench.run(recorded: false) == first)
        #expect(bench.device.memoryStatistics.systemAllocations == allocations)
        #expect(bench.device.memoryObjectCount == objects)
    }

    @Test("what is no number stays none", arguments: Case.all)
    func notANumber(_ settings: Case) throws {
        let bench = try Bench(settings)
        let count = bench.norm.running.mean.value.count
        var state = try bench.norm.stateDictionary()
        state["running_mean"] = PlainTensor([Float](repeating: .nan, count: count), shape: [count])
        #expect(try bench.norm.load(state, onlyIfExact: true).isEmpty)
        #expect(try bench.run(recorded: false).allSatisfy(\.isNaN))
    }

    @Test("operands that do not fit")
    func messages() throws {
        let bench = try Bench(Case())
        let device = bench.device
        func message(_ other: [Int]?, _ norm: BatchNorm2d, recorded: Bool) -> String? {
            let context = ForwardContext(
                mode: .evaluation, tape: recorded ? Tape() : nil, device: device,
                random: KeyedRandom(seed: 0))
            do {
                let other = try other.map { Variable(try device.zeros($0)) }
                _ = try normalizedConvolution(bench.x, bench.conv, norm, adding: other, context)
                return nil
            } catch {
                return "\(error)"
            }
        }
        #expect(
            message([2, 32, 8, 9], bench.norm, recorded: false)
                == "batch norm: input [2, 32, 9, 9] and residual [2, 32, 8, 9] differ in shape")
        let narrow = try BatchNorm2d(31, device: device)
        for recorded in [false, true] {
            #expect(
                message(nil, narrow, recorded: recorded)
                    == "batch norm: input [2, 32, 9, 9] does not have 31 channels")
        }
    }
}
