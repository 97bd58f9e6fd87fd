import NeuralNet
import TensorCore
import TestSupport
import Testing

@Suite("the optimizer wrapper", .serialized)
struct OptimWrapperTests {
    /// Two linear layers of which only the first is used, its gradients known: the inputs themselves.
    private struct Setting {
        let device: Device
        let used: Parameter
        let unused: Parameter
        let wrapper: OptimWrapper

        init(_ clip: GradientClip? = nil, learningRate: Double = 1) throws {
            device = try Device(threads: 1)
            used = Parameter(try device.zeros([2, 2]))
            unused = Parameter(try device.full([3], 5))
            let optimizer = try SGD(
                [ParameterGroup([unused, used])], options: [("lr", .double(learningRate))])
            wrapper = try OptimWrapper(optimizer, clip: clip)
        }

        /// The mean of `used * factors`, so that the gradient is a quarter of the factors.
        func loss(_ factors: [Float], _ tape: Tape) throws -> Variable {
            let context = ForwardContext(
                mode: .training, tape: tape, device: device, random: KeyedRandom(seed: 0))
            let rows = try reshape(context.variable(used), [1, 4], context)
            let weight = Variable(try device.tensor(factors.map { $0 / 4 }, shape: [1, 4]))
            return try linear(rows, weight: weight, context)
        }

        func backward(_ factors: [Float], divisor: Double = 1) throws {
            let tape = Tape()
            try wrapper.backward(loss(factors, tape), on: tape, divisor: divisor)
        }
    }

    @Test("a step leaves alone what got no gradient")
    func step() throws {
        let setting = try Setting()
        let tape = Tape()
        let norm = try setting.wrapper.updateParameters(
            setting.loss([4, 8, 0, -4], tape), on: tape)
        #expect(norm == nil)
        #expect(try setting.used.value.plainValues() == [-1, -2, 0, 1])
        #expect(try setting.unused.value.plainValues() == [5, 5, 5])
        #expect(
            setting.wrapper.parametersWithGradient.map(ObjectIdentifier.init) == [
                ObjectIdentifier(setting.used)
            ])
    }

    @Test("gradients of several passes add up, each divided first")
    func accumulation() throws {
        let setting = try Setting()
        setting.wrapper.clearGradients()
        try setting.backward([4, 8, 0, -4], divisor: 2)
        try setting.backward([4, 0, 4, 4], divisor: 2)
        #expect(try setting.used.gradient?.plainValues() == [1, 1, 0.5, 0])
        try setting.wrapper.step()
        #expect(try setting.used.value.plainValues() == [-1, -1, -0.5, 0])
        setting.wrapper.clearGradients()
        #expect(setting.wrapper.parametersWithGradient.isEmpty)
    }

    @Test("the joint norm of any order is cut to its maximum", arguments: [1, 2, 3, .infinity])
    func clipNorm(order: Double) throws {
        let setting = try Setting(.norm(maximum: 0.5, order: order))
        // Values that a forgotten gradient left in the buffer must not count.
        try setting.unused.accumulate(setting.device.full([3], 100))
        setting.wrapper.clearGradients()
        try setting.backward([4, 8, 0, -4])
        let gradient = [1.0, 2, 0, -1]
        let norm =
            switch order {
            case 1: 4.0
            case 2: 6.0.squareRoot()
            case 3: 2.154_434_690_031_884
            default: 2.0
            }
        let found = try setting.wrapper.clipGradients() ?? .nan
        #expect(abs(found - norm) < 1e-12)
        let values = try setting.used.gradient?.plainValues() ?? []
        expectClose(
            values, gradient.map { $0 * 0.5 / (norm + 1e-6) }, Tolerance(absolute: 1e-7))
        #expect(setting.unused.gradient == nil)
    }

    @Test("a norm below the maximum stays, values are cut one by one")
    func clipOthers() throws {
        let below = try Setting(.norm(maximum: 10))
        try below.backward([4, 8, 0, -4])
        #expect(try below.wrapper.clipGradients() == 6.0.squareRoot())
        #expect(try below.used.gradient?.plainValues() == [1, 2, 0, -1])
        let cut = try Setting(.value(maximum: 0.75))
        #expect(try cut.wrapper.clipGradients() == nil)
        try cut.backward([4, 8, 0, -4])
        #expect(try cut.wrapper.clipGradients() == nil)
        #expect(try cut.used.gradient?.plainValues() == [0.75, 0.75, 0, -0.75])
    }

    @Test("gathered gradients are saved and taken up again")
    func gathered() throws {
        let (first, second) = (try Setting(), try Setting())
        try first.backward([4, 8, 0, -4])
        let saved = try first.wrapper.gatheredGradients()
        #expect(saved == [1: PlainTensor([1, 2, 0, -1] as [Float], shape: [2, 2])])
        try second.backward([100, 100, 100, 100])
        try second.wrapper.restoreGradients(saved)
        for setting in [first, second] { try setting.backward([4, 0, 4, 4]) }
        #expect(try second.used.gradient?.plainValues() == [2, 2, 1, 0])
        #expect(
            try second.used.gradient?.plainValues() == first.used.gradient?.plainValues())
        try second.wrapper.restoreGradients([:])
        #expect(second.wrapper.parametersWithGradient.isEmpty)
    }

    @Test("an average over processes sees one buffer in parameter order")
    func average() throws {
        let setting = try Setting()
        try setting.unused.accumulate(setting.device.full([3], 100))
        setting.wrapper.clearGradients()
        try setting.backward([4, 8, 0, -4])
        var seen: [Float] = []
        try setting.wrapper.averageGradients { seen = try $0.plainValues() }
        #expect(seen == [0, 0, 0, 1, 2, 0, -1])
    }

    /// A wrapper of one weight 0 under a loss of that weight itself, whose gradient is 1.
    private func wrapper(_ set: (OptimWrapper) -> Void = { _ in }) throws -> (
        OptimWrapper, Parameter
    ) {
        let parameter = Parameter(try Device(threads: 1).zeros([1]))
        let wrapper = try OptimWrapper(
            SGD([ParameterGroup([parameter])], options: [("lr", .double(0.5))]))
        set(wrapper)
        return (wrapper, parameter)
    }

    @Test("accumulative_counts: a step a window, the last ones of a run in a smaller window")
    func n18_windows() throws {
        let (wrapper, parameter) = try wrapper {
            $0.window = GradientWindow(3, total: 8)
            $0.clip = .norm(maximum: 10)
        }
        var values: [Float] = []
        var norms: [Float] = []
        wrapper.tellNorm = { norms.append(Float($0)) }
        for _ in 0..<8 {
            let tape = Tape()
            try wrapper.updateParameters(tape.variable(parameter), on: tape)
            values += try parameter.value.plainValues()
        }
        #expect(values == [0, 0, -0.5, -0.5, -0.5, -1, -1, -1.5])
        #expect(norms == [1, 1, 1] && wrapper.parametersWithGradient.isEmpty)
    }

    @Test("a step whose gradients are not finite is left out, and the factor shrinks")
    func lossScale() throws {
        let (wrapper, parameter) = try wrapper { $0.scaler = LossScaler(initialScale: 4) }
        let device = parameter.value.device
        for factor in [Float(1), .infinity, 1] {
            let tape = Tape()
            let context = ForwardContext(
                mode: .training, tape: tape, device: device, random: KeyedRandom(seed: 0))
            let loss = try multiply(
                tape.variable(parameter), Variable(device.full([1], factor)), context)
            try wrapper.updateParameters(loss, on: tape)
        }
        #expect(try parameter.value.plainValues() == [-1])
        #expect(wrapper.scaler?.scale == 2)
    }

    @Test("wrappers are printed as on the API page")
    func printing() throws {
        let (first, _) = try wrapper()
        let parameter = Parameter(try Device(threads: 1).zeros([1]))
        let second = try OptimWrapper(
            Adam([ParameterGroup([parameter])], options: [("lr", .double(0.001))]),
            accumulativeCounts: 2, scaler: LossScaler())
        let wrappers: OptimWrapperDict = ["generator": first, "discriminator": second]
        #expect(
            "\(wrappers)" == """
                name: generator
                Type: OptimWrapper
                accumulative_counts: 1
                optimizer:
                SGD (
                Parameter Group 0
                    dampening: 0
                    lr: 0.5
                    maximize: False
                    momentum: 0
                    nesterov: False
                    weight_decay: 0
                )
                name: discriminator
                Type: AmpOptimWrapper
                accumulative_counts: 2
                optimizer:
                Adam (
                Parameter Group 0
                    amsgrad: False
                    betas: (0.9, 0.999)
                    decoupled_weight_decay: False
                    eps: 1e-08
                    lr: 0.001
                    maximize: False
                    weight_decay: 0
                )

                """)
    }
}
