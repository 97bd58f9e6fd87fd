import NeuralNet
import TensorCore
import TestSupport
import Testing

/// An adaptive optimizer with some settings.
struct AdaptiveOptimizerCase: Sendable, CustomTestStringConvertible {
    let kind: ReferenceAdaptiveOptimizer.Kind
    var options: [(String, OptionValue)] = []

    var testDescription: String {
        "\(kind) \(options.map { "\($0.0)=\($0.1)" }.joined(separator: " "))"
    }

    private static let kinds: [ReferenceAdaptiveOptimizer.Kind] = [
        .rmsProp, .adagrad, .adadelta, .adamax, .nadam, .radam,
    ]

    static let all: [AdaptiveOptimizerCase] =
        kinds.map { .init(kind: $0) }
        + kinds.map {
            .init(
                kind: $0,
                options: [
                    ("weight_decay", .double(0.1)), ("eps", .double(1e-3)),
                    ("maximize", .bool(true)),
                ])
        }
        + [
            .init(
                kind: .rmsProp,
                options: [("momentum", .double(0.9)), ("alpha", .double(0.7))]),
            .init(
                kind: .rmsProp,
                options: [
                    ("momentum", .double(0.5)), ("centered", .bool(true)), ("alpha", .double(0.4)),
                ]),
            .init(
                kind: .adagrad,
                options: [("lr_decay", .double(0.2)), ("initial_accumulator_value", .double(0.5))]),
            .init(kind: .adadelta, options: [("rho", .double(0.5))]),
            .init(kind: .adamax, options: [("betas", .pair(0.5, 0.7))]),
            .init(kind: .nadam, options: [("momentum_decay", .double(0.5))]),
            .init(
                kind: .nadam,
                options: [
                    ("weight_decay", .double(0.1)), ("decoupled_weight_decay", .bool(true)),
                ]),
            .init(
                kind: .radam,
                options: [
                    ("weight_decay", .double(0.1)), ("decoupled_weight_decay", .bool(true)),
                    ("betas", .pair(0.8, 0.9)),
                ]),
        ]

    func make(_ groups: [ParameterGroup]) throws -> Optimizer {
        let options = options + [("lr", .double(0.1))]
        return switch kind {
        case .rmsProp: try RMSprop(groups, options: options)
        case .adagrad: try Adagrad(groups, options: options)
        case .adadelta: try Adadelta(groups, options: options)
        case .adamax: try Adamax(groups, options: options)
        case .nadam: try NAdam(groups, options: options)
        case .radam: try RAdam(groups, options: options)
        }
    }

    /// The same optimizer as a double-precision reference for one parameter.
    func reference() -> ReferenceAdaptiveOptimizer {
        func number(_ name: String, _ standard: Double) -> Double {
            options.first { $0.0 == name }?.1.number ?? standard
        }
        func flag(_ name: String) -> Bool {
            options.contains { $0.0 == name && $0.1 == .bool(true) }
        }
        var reference = ReferenceAdaptiveOptimizer(kind)
        reference.decay = number("alpha", number("rho", kind == .rmsProp ? 0.99 : 0.9))
        reference.epsilon = number(
            "eps", kind == .adagrad ? 1e-10 : kind == .adadelta ? 1e-6 : 1e-8)
        reference.weightDecay = number("weight_decay", 0)
        reference.decoupled = flag("decoupled_weight_decay")
        reference.maximize = flag("maximize")
        reference.momentum = number("momentum", 0)
        reference.centered = flag("centered")
        reference.rateDecay = number("lr_decay", 0)
        reference.initialSum = number("initial_accumulator_value", 0)
        reference.momentumDecay = number("momentum_decay", 4e-3)
        if case .pair(let first, let second)? = options.first(where: { $0.0 == "betas" })?.1 {
            reference.betas = (first, second)
        }
        return reference
    }

    /// What a state holds of a parameter, in PyTorch's names and order.
    var stateNames: [String] {
        switch kind {
        case .rmsProp:
            ["step", "square_avg"]
                + (options.contains { $0.0 == "momentum" } ? ["momentum_buffer"] : [])
                + (options.contains { $0.0 == "centered" } ? ["grad_avg"] : [])
        case .adagrad: ["step", "sum"]
        case .adadelta: ["step", "square_avg", "acc_delta"]
        case .adamax: ["step", "exp_avg", "exp_inf"]
        case .nadam: ["step", "mu_product", "exp_avg", "exp_avg_sq"]
        case .radam: ["step", "exp_avg", "exp_avg_sq"]
        }
    }
}

@Suite("adaptive optimizers match the reference")
struct AdaptiveOptimizerTests {
    /// Ten steps of single-precision roundings on values around 1; changes divided by small roots
    /// carry more of them.
    let near = Tolerance(absolute: 1e-5, relative: 1e-5)

    @Test("ten steps, some gradients missing", arguments: AdaptiveOptimizerCase.all)
    func steps(_ c: AdaptiveOptimizerCase) throws {
        let device = try Device(threads: 1)
        let optimizer = try c.make([ParameterGroup(try OptimizerWalk.parameters(device))])
        var references = OptimizerWalk.shapes.map { _ in c.reference() }
        var values = try optimizer.parameters.map { try $0.value.plainValues().map(Double.init) }
        for step in 0..<10 {
            try OptimizerWalk.take(step, optimizer, device)
            for number in references.indices where !OptimizerWalk.isMissing(step, number) {
                references[number].step(
                    &values[number], gradient: OptimizerWalk.gradient(step, number).values)
            }
        }
        for (parameter, expected) in zip(optimizer.parameters, values) {
            expectClose(try parameter.value.plainValues(), expected, near)
        }
    }

    @Test(
        "saved after four steps and continued, the bits are those of ten",
        arguments: AdaptiveOptimizerCase.all)
    func roundTrip(_ c: AdaptiveOptimizerCase) throws {
        let device = try Device(threads: 1)
        let state = try OptimizerWalk.expectRoundTrip(device) { try c.make($0) }
        #expect(state.entries[0]?.map(\.name) == c.stateNames)
    }

    @Test("Adagrad has its sums before the first step")
    func sums() throws {
        let device = try Device(threads: 1)
        let state = try Adagrad(
            [ParameterGroup(try OptimizerWalk.parameters(device))],
            options: [("initial_accumulator_value", .double(0.5))]
        ).state()
        #expect(state.entries[1]?.map(\.name) == ["step", "sum"])
        #expect(
            state.entries[1]?.map(\.entry) == [
                .tensor(PlainTensor([0] as [Float], shape: [])),
                .tensor(PlainTensor([0.5] as [Float], shape: [1])),
            ])
    }

    @Test("settings that have no meaning")
    func messages() throws {
        let device = try Device(threads: 1)
        func group() throws -> ParameterGroup {
            ParameterGroup(try OptimizerWalk.parameters(device))
        }
        let mistakes: [(String, () throws -> Optimizer)] = [
            (
                "alpha: must not be negative, got -1.0",
                { try RMSprop([group()], options: [("alpha", .double(-1))]) }
            ),
            (
                "initial_accumulator_value: must not be negative, got -1.0",
                {
                    try Adagrad(
                        [group()], options: [("initial_accumulator_value", .double(-1))])
                }
            ),
            (
                "rho: must be in [0, 1], got 1.5",
                { try Adadelta([group()], options: [("rho", .double(1.5))]) }
            ),
            (
                "betas: both must be in [0, 1), got 1.0 and 0.9",
                { try Adamax([group()], options: [("betas", .pair(1, 0.9))]) }
            ),
            (
                "momentum_decay: must not be negative, got -0.5",
                { try NAdam([group()], options: [("momentum_decay", .double(-0.5))]) }
            ),
            (
                "eps: must not be negative, got -1.0",
                { try RAdam([group()], options: [("eps", .double(-1))]) }
            ),
        ]
        for (text, make) in mistakes {
            #expect { _ = try make() } throws: { "\($0)" == text }
        }
    }
}
