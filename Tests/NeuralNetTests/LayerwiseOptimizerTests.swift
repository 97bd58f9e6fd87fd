import NeuralNet
import TensorCore
import TestSupport
import Testing

/// An optimizer whose numbers are compared with recorded steps elsewhere (`optimizer_steps_more.json`).
struct LayerwiseOptimizerCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What a state holds of a matrix, and of a vector, in PyTorch's names and order.
    let stateNames: [[String]]
    /// The settings of a group in PyTorch's order.
    let settings: [String]
    let make: @Sendable ([ParameterGroup]) throws -> Optimizer

    static let all: [LayerwiseOptimizerCase] = [
        .init(
            testDescription: "ASGD",
            stateNames: Array(repeating: ["step", "eta", "mu", "ax"], count: 2),
            settings: [
                "lr", "lambd", "alpha", "t0", "weight_decay", "foreach", "maximize",
                "differentiable", "capturable",
            ]
        ) { try ASGD($0, options: [("lr", .double(0.1)), ("t0", .double(3))]) },
        .init(
            testDescription: "Rprop",
            stateNames: Array(repeating: ["step", "prev", "step_size"], count: 2),
            settings: [
                "lr", "etas", "step_sizes", "foreach", "maximize", "differentiable", "capturable",
            ]
        ) { try Rprop($0, options: [("lr", .double(0.1))]) },
        .init(
            testDescription: "Adafactor",
            stateNames: [["step", "row_var", "col_var"], ["step", "variance"]],
            settings: ["lr", "beta2_decay", "eps", "d", "weight_decay", "foreach", "maximize"]
        ) { try Adafactor($0, options: [("lr", .double(0.1))]) },
        .init(
            testDescription: "Lamb",
            stateNames: Array(repeating: ["exp_avg", "exp_avg_sq"], count: 2),
            settings: [
                "lr", "bias_correction", "betas", "eps", "weight_decay", "grad_averaging",
                "max_grad_norm", "trust_clip", "always_adapt", "step",
            ]
        ) { try Lamb($0, options: [("lr", .double(0.1))]) },
    ]
}

@Suite("ASGD, Rprop, Adafactor and Lamb") struct LayerwiseOptimizerTests {
    @Test(
        "saved after four steps and continued, the bits are those of ten",
        arguments: LayerwiseOptimizerCase.all)
    func roundTrip(_ c: LayerwiseOptimizerCase) throws {
        let device = try Device(threads: 1)
        let state = try OptimizerWalk.expectRoundTrip(device, c.make)
        #expect(state.entries[0]?.map(\.name) == c.stateNames[0])
        #expect(state.entries[2]?.map(\.name) == c.stateNames[1])
        #expect(state.groups[0].options.map(\.name) == c.settings)
    }

    @Test("single numbers that older versions of PyTorch keep as such are read")
    func plainNumbers() throws {
        let device = try Device(threads: 1)
        let optimizer = try ASGD([ParameterGroup(try OptimizerWalk.parameters(device))])
        try OptimizerWalk.take(1, optimizer, device)
        let saved = try optimizer.state()
        var old = saved
        old.entries = old.entries.mapValues { entries in
            entries.map { name, entry in
                guard case .tensor(let values) = entry, values.shape.isEmpty else {
                    return (name, entry)
                }
                let number = Double(values.floats[0])
                return (name, name == "step" ? .int(Int(number)) : .double(number))
            }
        }
        try optimizer.load(old)
        #expect(try optimizer.state() == saved)
    }

    @Test("any number of kernel threads gives the same bits")
    func threads() throws {
        // Three parts and a bit for the threads to share, and matrices for Adafactor.
        let shape = [3, 5, 7001]
        let start = ReferenceArray(random: shape, "value")
        let slope = ReferenceArray(random: shape, "gradient")
        func bits(_ threads: Int, _ make: ([ParameterGroup]) throws -> Optimizer) throws -> [UInt32]
        {
            let device = try Device(threads: threads)
            let parameter = Parameter(try start.tensor(on: device))
            let wrapper = try OptimWrapper(
                make([ParameterGroup([parameter])]), clip: .norm(maximum: 3))
            for _ in 0..<3 {
                wrapper.clearGradients()
                try parameter.accumulate(slope.tensor(on: device))
                _ = try wrapper.clipGradients()
                try wrapper.step()
            }
            return try parameter.value.plainValues().map(\.bitPattern)
        }
        let makers: [([ParameterGroup]) throws -> Optimizer] = [
            { try SGD($0, options: [("lr", .double(0.1)), ("momentum", .double(0.9))]) },
            { try Adam($0) }, { try Rprop($0) }, { try Adafactor($0) }, { try Lamb($0) },
        ]
        for make in makers {
            let expected = try bits(1, make)
            for threads in [2, 3, 5] { #expect(try bits(threads, make) == expected) }
        }
    }

    @Test("settings that have no meaning")
    func messages() throws {
        let device = try Device(threads: 1)
        let mistakes: [(String, ([ParameterGroup]) throws -> Optimizer)] = [
            (
                "weight_decay: must not be negative, got -1.0",
                { try ASGD($0, options: [("weight_decay", .double(-1))]) }
            ),
            (
                "etas: the first must be in (0, 1), the second above 1, got 0.5 and 1.0",
                { try Rprop($0, options: [("etas", .pair(0.5, 1))]) }
            ),
            (
                "beta2_decay: must not be positive, got 0.8",
                { try Adafactor($0, options: [("beta2_decay", .double(0.8))]) }
            ),
            (
                "eps: must not be negative, got -1.0 and 0.1",
                { try Adafactor($0, options: [("eps", .pair(-1, 0.1))]) }
            ),
        ]
        for (text, make) in mistakes {
            let group = ParameterGroup(try OptimizerWalk.parameters(device))
            #expect {
                _ = try make([group])
            } throws: {
                "\($0)" == text
            }
        }
    }
}
