import NeuralNet
import TensorCore
import TestSupport
import Testing

struct OptimizerCase: Sendable, CustomTestStringConvertible {
    enum Kind { case sgd, adam, adamW }
    let kind: Kind
    var options: [(String, OptionValue)] = []

    var testDescription: String {
        "\(kind) \(options.map { "\($0.0)=\($0.1)" }.joined(separator: " "))"
    }

    static let all: [OptimizerCase] = [
        .init(kind: .sgd),
        .init(kind: .sgd, options: [("weight_decay", .double(0.1))]),
        .init(kind: .sgd, options: [("momentum", .double(0.9))]),
        .init(kind: .sgd, options: [("momentum", .double(0.9)), ("dampening", .double(0.3))]),
        .init(
            kind: .sgd,
            options: [
                ("momentum", .double(0.8)), ("nesterov", .bool(true)),
                ("weight_decay", .double(0.05)),
            ]),
        .init(kind: .sgd, options: [("momentum", .double(0.9)), ("maximize", .bool(true))]),
        .init(kind: .adam),
        .init(kind: .adam, options: [("betas", .pair(0.5, 0.9)), ("eps", .double(1e-3))]),
        .init(kind: .adam, options: [("weight_decay", .double(0.1)), ("amsgrad", .bool(true))]),
        .init(kind: .adam, options: [("maximize", .bool(true)), ("weight_decay", .double(0.1))]),
        .init(kind: .adamW),
        .init(kind: .adamW, options: [("weight_decay", .double(0.3)), ("amsgrad", .bool(true))]),
    ]

    func make(_ groups: [ParameterGroup]) throws -> Optimizer {
        let options = options + [("lr", .double(0.1))]
        return switch kind {
        case .sgd: try SGD(groups, options: options)
        case .adam: try Adam(groups, options: options)
        case .adamW: try AdamW(groups, options: options)
        }
    }

    /// The same optimizer as a double-precision reference for one parameter.
    func reference() -> (inout [Double], [Double]) -> Void {
        func number(_ name: String, _ standard: Double) -> Double {
            options.first { $0.0 == name }?.1.number ?? standard
        }
        func flag(_ name: String) -> Bool {
            options.contains { $0.0 == name && $0.1 == .bool(true) }
        }
        switch kind {
        case .sgd:
            var sgd = ReferenceSGD()
            sgd.momentum = number("momentum", 0)
            sgd.dampening = number("dampening", 0)
            sgd.weightDecay = number("weight_decay", 0)
            sgd.nesterov = flag("nesterov")
            sgd.maximize = flag("maximize")
            return { sgd.step(&$0, gradient: $1) }
        case .adam, .adamW:
            var adam = ReferenceAdam()
            adam.decoupled = kind == .adamW
            adam.weightDecay = number("weight_decay", kind == .adamW ? 0.01 : 0)
            adam.epsilon = number("eps", 1e-8)
            if case .pair(let first, let second)? = options.first(where: { $0.0 == "betas" })?.1 {
                adam.betas = (first, second)
            }
            adam.amsgrad = flag("amsgrad")
            adam.maximize = flag("maximize")
            return { adam.step(&$0, gradient: $1) }
        }
    }
}

@Suite("optimizers match the reference")
struct OptimizerTests {
    /// Ten steps of single-precision roundings on values around 1.
    let near = Tolerance(absolute: 3e-6, relative: 3e-6)

    @Test("ten steps, some gradients missing", arguments: OptimizerCase.all)
    func steps(_ c: OptimizerCase) throws {
        let device = try Device(threads: 1)
        let parameters = try OptimizerWalk.parameters(device)
        let optimizer = try c.make([
            ParameterGroup(Array(parameters.prefix(2))),
            ParameterGroup(Array(parameters.suffix(1))),
        ])
        let references = parameters.map { _ in c.reference() }
        var values = try parameters.map { try $0.value.plainValues().map(Double.init) }
        for step in 0..<10 {
            try OptimizerWalk.take(step, optimizer, device)
            for (number, reference) in references.enumerated()
            where !OptimizerWalk.isMissing(step, number) {
                reference(&values[number], OptimizerWalk.gradient(step, number).values)
            }
        }
        for (parameter, expected) in zip(parameters, values) {
            expectClose(try parameter.value.plainValues(), expected, near)
        }
    }

    @Test(
        "saved after four steps and continued, the bits are those of ten",
        arguments: OptimizerCase.all)
    func roundTrip(_ c: OptimizerCase) throws {
        let device = try Device(threads: 1)
        _ = try OptimizerWalk.expectRoundTrip(device) { try c.make($0) }
    }

    @Test("what a state holds, in PyTorch's names")
    func stateNames() throws {
        let device = try Device(threads: 1)
        let cases: [([String], OptimizerCase)] = [
            ([], .init(kind: .sgd)),
            (["momentum_buffer"], .init(kind: .sgd, options: [("momentum", .double(0.9))])),
            (["step", "exp_avg", "exp_avg_sq"], .init(kind: .adam)),
            (
                ["step", "exp_avg", "exp_avg_sq", "max_exp_avg_sq"],
                .init(kind: .adamW, options: [("amsgrad", .bool(true))])
            ),
        ]
        for (names, c) in cases {
            let optimizer = try c.make([ParameterGroup(try OptimizerWalk.parameters(device))])
            #expect(try optimizer.state().entries.isEmpty)
            try OptimizerWalk.take(0, optimizer, device)
            let state = try optimizer.state()
            #expect(state.entries[0]?.map(\.name) ?? [] == names)
            #expect(state.entries[1] == nil, "the second parameter had no gradient")
            #expect(state.groups.map(\.parameters) == [[0, 1, 2]])
        }
    }

    @Test("settings and states that do not fit")
    func messages() throws {
        let device = try Device(threads: 1)
        func message(_ body: () throws -> Void) -> String? {
            do {
                try body()
                return nil
            } catch { return "\(error)" }
        }
        func group() throws -> ParameterGroup {
            ParameterGroup(try OptimizerWalk.parameters(device))
        }
        #expect(
            message { _ = try SGD([group()], options: [("lr", .double(-0.1))]) }
                == "lr: must not be negative, got -0.1")
        #expect(
            message { _ = try SGD([group()], options: [("nesterov", .bool(true))]) }
                == "nesterov: nesterov needs a momentum above 0 and no dampening")
        #expect(
            message { _ = try Adam([group()], options: [("betas", .pair(0.9, 1))]) }
                == "betas: both must be in [0, 1), got 0.9 and 1.0")
        #expect(
            message { _ = try OptimWrapper(SGD([ParameterGroup([])])) }
                == "params: the optimizer got an empty parameter list")
        let saved = try SGD([group(), group()]).state()
        #expect(
            message { try SGD([group()]).load(saved) }
                == "the saved optimizer has 2 parameter groups, this one has 1")
        #expect(
            message {
                try SGD([group(), ParameterGroup([])]).load(saved)
            } == "group 1 of the saved optimizer has 3 parameters, this one has 0")
        let wrong = OptimizerState(
            entries: [
                1: [("momentum_buffer", .tensor(PlainTensor([0, 0] as [Float], shape: [2])))]
            ], groups: [OptimizerState.Group(options: [], parameters: [0, 1, 2])])
        #expect(
            message { try SGD([group()]).load(wrong) }
                == "momentum_buffer of parameter 1 has the shape [2], the parameter has [1]")
    }
}
