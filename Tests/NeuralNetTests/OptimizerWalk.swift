import NeuralNet
import TensorCore
import TestSupport
import Testing

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

    /// Saves after four steps, continues in another optimizer, and expects the bits of ten steps; the
    /// saved state.
    static func expectRoundTrip(
        _ device: Device, _ make: ([ParameterGroup]) throws -> Optimizer
    ) throws -> OptimizerState {
        let optimizers = try (0..<3).map { _ in
            try make([ParameterGroup(try parameters(device))])
        }
        let (whole, first, second) = (optimizers[0], optimizers[1], optimizers[2])
        for step in 0..<10 { try take(step, whole, device) }
        for step in 0..<4 { try take(step, first, device) }
        let state = try first.state()
        for (old, new) in zip(first.parameters, second.parameters) {
            try new.assign(old.value.plainValues())
        }
        try second.load(state)
        #expect(try second.state() == state)
        for step in 4..<10 { try take(step, second, device) }
        for (a, b) in zip(whole.parameters, second.parameters) {
            #expect(try a.value.plainValues() == b.value.plainValues())
        }
        #expect(try whole.state() == second.state())
        return state
    }
}
