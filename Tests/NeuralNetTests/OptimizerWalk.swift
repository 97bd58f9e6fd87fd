import NeuralNet
import TensorCore
import TestSupport

/// The parameters and gradients on which optimizers are compared with their references.
enum OptimizerWalk {
    static let shapes = [[3, 5], [1], [37]]

    static func parameters(_ device: Device) throws -> [Parameter] {
        try shapes.enumerated().map {
            Parameter(try ReferenceArray(random: $1, "value \($0)").tensor(on: device))
        }
    }

    static func gradient(_ step: Int, _ number: Int) -> ReferenceArray {
        ReferenceArray(random: shapes[number], "gradient \(step) \(number)")
    }

    /// The second parameter misses some gradients, and the first step with them.
    static func isMissing(_ step: Int, _ number: Int) -> Bool { number == 1 && step % 3 == 0 }

    static func take(_ step: Int, _ optimizer: Optimizer, _ device: Device) throws {
        for (number, parameter) in optimizer.parameters.enumerated() {
            parameter.clearGradient()
            guard !isMissing(step, number) else { continue }
            try parameter.accumulate(gradient(step, number).tensor(on: device))
        }
        try optimizer.step()
    }
}
