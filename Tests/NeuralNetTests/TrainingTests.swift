import NeuralNet
import TensorCore
import TestSupport
import Testing

private struct Recorded: Decodable {
    let losses, norms, scores: [Double]
    let names: [String]
    let sums, magnitudes: [Double]
}

@Suite("ten training steps of a small residual network", .serialized)
struct TrainingTests {
    private struct Run {
        let device: Device
        let net: TinyResNet
        let wrapper: OptimWrapper
        let images: Tensor
        private(set) var losses: [Float] = []
        private(set) var norms: [Double] = []

        init(threads: Int) throws {
            device = try Device(threads: threads)
            let generator = TorchGenerator(seed: 0)
            net = try TinyResNet(device: device, generator: generator)
            let values = generator.normal(count: 8 * 3 * 144, mean: 0, standardDeviation: 1)
            images = try device.tensor(values, shape: [8, 3, 12, 12])
            let group = ParameterGroup(net.namedParameters().map(\.parameter))
            let options: [(String, OptionValue)] = [
                ("lr", .double(0.05)), ("momentum", .double(0.9)), ("weight_decay", .double(1e-3)),
                ("nesterov", .bool(true)),
            ]
            wrapper = try OptimWrapper(
                SGD([group], options: options), clip: .norm(maximum: 1))
        }

        func context(_ mode: ForwardContext.Mode, _ tape: Tape?) -> ForwardContext {
            ForwardContext(mode: mode, tape: tape, device: device, random: KeyedRandom(seed: 0))
        }

        mutating func step() throws {
            let tape = Tape()
            let context = context(.training, tape)
            let labels = ClassTargets.labels((0..<8).map { $0 % 4 })
            let loss = try CrossEntropyLoss()(net(Variable(images), context), labels, context)
            norms.append(try wrapper.updateParameters(loss, on: tape) ?? .nan)
            losses.append(try loss.value.scalar())
        }
    }

    @Test("the losses, norms and weights are PyTorch's", arguments: [1, 2])
    func recorded(threads: Int) throws {
        let expected = try FixtureLocation.json(Recorded.self, "tiny_resnet.json")
        var run = try Run(threads: threads)
        for _ in 0..<10 { try run.step() }
        // Rounding differences grow with every step; PyTorch's own, between one thread and two or
        // between its layouts, are as large.
        let near = Tolerance(absolute: 2e-4, relative: 2e-4)
        expectClose(run.losses, expected.losses, near)
        expectClose(run.norms.map { Float($0) }, expected.norms, near)
        let scores = try run.net(Variable(run.images), run.context(.evaluation, nil)).value
        expectClose(try scores.plainValues(), expected.scores, Tolerance(absolute: 2e-3))
        let state = try run.net.stateDictionary()
        #expect(state.names == expected.names)
        for (place, name) in state.names.enumerated() {
            let values = (state[name]?.floats ?? []).map { Double($0) }
            let sum = values.reduce(0, +)
            let magnitude = values.map(abs).reduce(0, +)
            expectClose(
                [Float(sum), Float(magnitude)], [expected.sums[place], expected.magnitudes[place]],
                Tolerance(absolute: 3e-3, relative: 3e-4), name)
        }
        #expect(run.losses[9] < run.losses[0] / 2)
    }

    @Test("twice the same bits", arguments: [1, 2])
    func deterministic(threads: Int) throws {
        var (first, second) = (try Run(threads: threads), try Run(threads: threads))
        for _ in 0..<5 { try first.step() }
        for _ in 0..<5 { try second.step() }
        #expect(first.losses == second.losses)
        #expect(try first.net.stateDictionary() == second.net.stateDictionary())
    }

    @Test("a step asks the system for nothing once all shapes have been seen")
    func steadyState() throws {
        var run = try Run(threads: 2)
        for _ in 0..<3 { try run.step() }
        let before = run.device.memoryStatistics
        let objects = run.device.memoryObjectCount
        for _ in 0..<5 { try run.step() }
        let after = run.device.memoryStatistics
        #expect(after.systemAllocations == before.systemAllocations)
        #expect(after.held == before.held)
        #expect(after.inUse == before.inUse)
        #expect(after.peak == before.peak)
        #expect(run.device.memoryObjectCount == objects)
    }
}
