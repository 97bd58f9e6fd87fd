internal import ConfigCore
internal import NeuralNet
internal import TensorCore

extension OpsNumeric {
    /// An operation of one operand without arguments.
    static func activation(
        _ operands: Operands, _ operation: (Variable, ForwardContext) throws -> Variable
    ) throws -> Results {
        try operands.arguments.expectKeys(of: "an activation")
        let x = try operands.variable("x")
        return try operands.results(operation(x, operands.context()), ["x": x])
    }

    static func gelu(_ operands: Operands) throws -> Results {
        try operands.arguments.expectKeys("approximate", of: "gelu")
        let word = try operands.arguments.given("approximate")?.text() ?? "none"
        guard let approximation = GELUApproximation(rawValue: word) else {
            throw MalformedCase("\(word) is no approximation")
        }
        let x = try operands.variable("x")
        let y = try NeuralNet.gelu(x, approximation: approximation, operands.context())
        return try operands.results(y, ["x": x])
    }

    static func leakyRectifier(_ operands: Operands) throws -> Results {
        try operands.arguments.expectKeys("negative_slope", of: "leaky_relu")
        let slope = try operands.arguments.given("negative_slope")?.number() ?? 0.01
        let x = try operands.variable("x")
        return try operands.results(leakyReLU(x, slope: slope, operands.context()), ["x": x])
    }

    static func softmax(_ operands: Operands, logarithm: Bool) throws -> Results {
        try operands.arguments.expectKeys("dim", of: logarithm ? "log_softmax" : "softmax")
        let dimension = try operands.arguments.field("dim").integer()
        let x = try operands.variable("x")
        let layer = Softmax(dimension: dimension, logarithm: logarithm)
        return try operands.results(layer(x, operands.context()), ["x": x])
    }
}
