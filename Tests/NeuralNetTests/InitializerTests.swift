import NeuralNet
import TensorCore
import TestSupport
import Testing

private struct Recorded: Decodable {
    let values: [String: [Double]]
}

@Suite("initialisers draw as PyTorch's")
struct InitializerTests {
    /// Normal values go through the logarithm and cosine of either side.
    let near = Tolerance(absolute: 1e-7, relative: 1e-6)

    @Test("recorded values")
    func recorded() throws {
        let values = try FixtureLocation.json(Recorded.self, "initializers.json").values
        let cases: [(String, Initializer)] = [
            ("normal", .normal(mean: 0.5, deviation: 0.1)),
            ("uniform", .uniform(low: -0.2, high: 0.7)),
            (
                "kaiming_normal_fan_out",
                .kaiming(slope: 0, mode: .fanOut, distribution: .normal)
            ),
            ("kaiming_uniform_leaky", .kaiming(slope: 0.2, mode: .fanIn, distribution: .uniform)),
            ("xavier_normal", .xavier(gain: 1.5, distribution: .normal)),
            ("xavier_uniform", .xavier(gain: 1, distribution: .uniform)),
        ]
        let device = try Device(threads: 1)
        for (name, initializer) in cases {
            let parameter = Parameter(try device.zeros([6, 4, 3, 3]))
            try initializer.apply(to: parameter, TorchGenerator(seed: 3))
            expectClose(try parameter.value.plainValues(), values[name] ?? [], near, name)
        }
        let generator = TorchGenerator(seed: 3)
        let conv = try Conv2d(
            4, 6, Window(kernel: (3, 3)), device: device, generator: generator)
        let linear = try Linear(5, 3, device: device, generator: generator)
        let drawn = [
            ("conv_weight", conv.weight), ("conv_bias", conv.bias),
            ("linear_weight", linear.weight),
            ("linear_bias", linear.bias),
        ]
        for (name, parameter) in drawn {
            let actual = try parameter?.value.plainValues().map(Double.init)
            #expect(actual == values[name], "\(name) is the same bits")
        }
    }

    @Test("the normal distribution between bounds, as PyTorch draws it")
    func truncatedNormal() throws {
        let parameter = Parameter(try Device(threads: 1).zeros([8]))
        let initializer = Initializer.truncatedNormal(
            mean: 0, deviation: 0.5, low: -0.6, high: 0.7)
        try initializer.apply(to: parameter, TorchGenerator(seed: 3))
        let expected = [
            -0.59126365, -0.42087173, -0.19951348, -0.54752803, -0.00710712, -0.49026239,
            0.31520048, 0.28128061,
        ]
        expectClose(
            try parameter.value.plainValues(), expected, Tolerance(absolute: 1e-6, relative: 1e-6))
    }

    @Test("constants, and statistics of large weights")
    func statistics() throws {
        let device = try Device(threads: 1)
        let parameter = Parameter(try device.zeros([64, 32, 3, 3]))
        func moments(_ initializer: Initializer) throws -> (mean: Double, deviation: Double) {
            try initializer.apply(to: parameter, TorchGenerator(seed: 8))
            let values = try parameter.value.plainValues().map(Double.init)
            let mean = values.reduce(0, +) / Double(values.count)
            let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            return (mean, (square / Double(values.count)).squareRoot())
        }
        #expect(try moments(.constant(0.5)) == (0.5, 0))
        let cases: [(Initializer, Double)] = [
            (.kaiming(slope: 0, mode: .fanIn, distribution: .normal), (2.0 / 288).squareRoot()),
            (.kaiming(slope: 0, mode: .fanOut, distribution: .uniform), (2.0 / 576).squareRoot()),
            (.kaiming(slope: 1, mode: .fanIn, distribution: .normal), (1.0 / 288).squareRoot()),
            (.xavier(gain: 1, distribution: .uniform), (2.0 / 864).squareRoot()),
        ]
        for (initializer, deviation) in cases {
            let found = try moments(initializer)
            // 18,432 values: four standard errors.
            #expect(abs(found.mean) < 0.03 * deviation)
            #expect(abs(found.deviation - deviation) < 0.021 * deviation)
        }
    }
}
