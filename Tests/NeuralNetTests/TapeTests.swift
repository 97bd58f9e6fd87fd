import NeuralNet
import TensorCore
import TestSupport
import Testing

@Suite("the tape", .serialized)
struct TapeTests {
    private func context(_ tape: Tape?, _ device: Device) -> ForwardContext {
        ForwardContext(
            mode: .training, tape: tape, device: device, random: KeyedRandom(seed: 0))
    }

    @Test("a parameter used twice, and two backward passes, add up")
    func accumulation() throws {
        let device = try Device(threads: 1)
        let parameter = Parameter(try device.tensor([1, -2, 3], shape: [3]))
        let factors = Variable(try device.tensor([2, 3, 4], shape: [3]))
        for pass in 1...2 {
            let tape = Tape()
            let context = context(tape, device)
            let once = try add(context.variable(parameter), factors, context)
            let twice = try add(once, context.variable(parameter), context)
            try tape.backward(from: twice, gradient: device.tensor([1, 10, 100], shape: [3]))
            let expected = [2, 20, 200].map { Float($0 * pass) }
            #expect(try parameter.gradient?.plainValues() == expected)
        }
        parameter.clearGradient()
        #expect(parameter.gradient == nil)
    }

    @Test("frozen parameters and constants get nothing and cost nothing")
    func frozen() throws {
        let device = try Device(threads: 1)
        let generator = TorchGenerator(seed: 0)
        let frozen = try Linear(3, 3, device: device, generator: generator)
        let trained = try Linear(3, 2, device: device, generator: generator)
        for (_, parameter) in frozen.namedParameters() { parameter.requiresGradient = false }
        let tape = Tape()
        let context = context(tape, device)
        let x = Variable(try device.full([2, 3], 1))
        let hidden = try frozen(x, context)
        #expect(!hidden.needsGradient)
        let output = try trained(hidden, context)
        #expect(output.needsGradient)
        try tape.backward(from: output)
        #expect(frozen.weight.gradient == nil && frozen.bias?.gradient == nil)
        let hiddenSums = try hidden.value.plainValues()
        let expected = (0..<3).map { hiddenSums[$0] + hiddenSums[$0 + 3] }
        #expect(try trained.weight.gradient?.plainValues() == expected + expected)
        #expect(try trained.bias?.gradient?.plainValues() == [2, 2])
        // Only the weight of a layer frozen: the bias still learns.
        trained.weight.requiresGradient = false
        trained.weight.clearGradient()
        let second = Tape()
        try second.backward(from: trained(x, self.context(second, device)))
        #expect(trained.weight.gradient == nil)
        #expect(try trained.bias?.gradient?.plainValues() == [4, 4])
    }

    @Test("backward gives the activations back")
    func emptied() throws {
        let device = try Device(threads: 1)
        let net = try TinyResNet(device: device, generator: TorchGenerator(seed: 0))
        let optimizer = try SGD([ParameterGroup(net.namedParameters().map(\.parameter))])
        let wrapper = try OptimWrapper(optimizer)
        let images = ReferenceArray(random: [2, 3, 12, 12], "x")
        func forward(_ tape: Tape?) throws -> Variable {
            let context = context(tape, device)
            let scores = try net(Variable(images.tensor(on: device)), context)
            return try CrossEntropyLoss()(scores, .labels([0, 1]), context)
        }
        let tape = Tape()
        try wrapper.backward(forward(tape), on: tape)
        let before = device.memoryStatistics.inUse
        let loss = try forward(tape)
        #expect(device.memoryStatistics.inUse > before + 50_000)
        try wrapper.backward(loss, on: tape)
        // The loss itself is still held.
        #expect(device.memoryStatistics.inUse <= before + 512)
        let kept = device.memoryStatistics.inUse
        let untaped = try forward(nil)
        #expect(device.memoryStatistics.inUse <= kept + 512)
        #expect(!untaped.needsGradient)
    }

    @Test("a variable of a pass that is over cannot be walked again")
    func stale() async {
        await #expect(processExitsWith: .failure) {
            let device = try Device(threads: 1)
            let tape = Tape()
            let x = tape.input(try device.full([1], 1))
            try tape.backward(from: x)
            try tape.backward(from: x)
        }
    }

    @Test("inputs are told apart, also by a tape that is used again")
    func inputs() throws {
        let device = try Device(threads: 1)
        let tape = Tape()
        for pass in 1...2 {
            let context = context(tape, device)
            let a = tape.input(try device.full([2], 1))
            let b = tape.input(try device.full([2], 1))
            let c = tape.input(try device.full([2], 1))
            try tape.backward(
                from: add(add(a, b, context), b, context), gradient: device.full([2], Float(pass)))
            #expect(try tape.gradient(of: a)?.plainValues() == [Float(pass), Float(pass)])
            #expect(try tape.gradient(of: b)?.plainValues() == [2 * Float(pass), 2 * Float(pass)])
            #expect(tape.gradient(of: c) == nil)
        }
    }
}
