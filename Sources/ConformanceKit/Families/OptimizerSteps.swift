internal import ConfigCore
internal import NeuralNet
internal import TensorCore
internal import WorkflowRunner

/// Updates by optimizers, parameter groups made from configs, and gradient clipping.
struct OptimizerSteps: CaseFamily {
    let name = "optimizer_steps"

    func recognizes(_ item: OracleCase) -> Bool {
        ["steps", "paramwise", "clip"].contains(item.input["kind"]?.string)
    }

    func run(_ item: OracleCase, _ context: CaseContext) throws {
        switch try item.input.field("kind").text() {
        case "steps": try runSteps(item, context.device)
        case "clip": try runClip(item, context.device)
        case "paramwise": try runParamwise(item, context.device)
        case let kind: throw UnknownOperation(kind)
        }
    }

    // MARK: Updates

    private func runSteps(_ item: OracleCase, _ device: Device) throws {
        let input = item.input
        let groups = try input.field("groups").elements()
        // Cases of bad options have no parameters.
        let shapes =
            try input.given("shapes")?.elements().map { try $0.integers() }
            ?? Array(repeating: [1], count: groups.count)
        let initial = try input.given("init")?.elements().map { try $0.floats() }
        let parameters = try shapes.enumerated().map { place, shape in
            Parameter(
                try initial.map { try device.tensor($0[place], shape: shape) }
                    ?? device.zeros(shape))
        }
        let optimizer = try OptimizerOptions.optimizer(
            input.field("optimizer"),
            zip(parameters, groups).map {
                ParameterGroup([$0], options: try OptimizerOptions.values($1))
            })
        let rows = try input.given("grads")?.elements() ?? []
        let rates = try input.given("lr_per_step")?.numbers()
        let expected = try item.expected.given("params")?.elements() ?? []
        let precision = item.expected["float64_max_abs_diff"]?.double ?? 0
        let wrapper = try OptimWrapper(optimizer)
        var differences = Differences()
        for (step, gradients) in rows.enumerated() {
            if let rates { for group in optimizer.groups { group.learningRate = rates[step] } }
            wrapper.clearGradients()
            try give(gradients, to: parameters)
            try wrapper.step()
            guard expected.indices.contains(step) else { continue }
            for (place, values) in try expected[step].elements().enumerated() {
                try compare(
                    "params[\(step)][\(place)]", values,
                    parameters[place].value.plainValues(), precision, &differences)
            }
        }
        try compareState(item, optimizer, precision, &differences)
        try differences.finish()
    }

    private func compareState(
        _ item: OracleCase, _ optimizer: Optimizer, _ precision: Double,
        _ differences: inout Differences
    ) throws {
        guard let expected = try item.expected.given("state")?.elements() else { return }
        let state = try optimizer.state()
        for (place, entries) in expected.enumerated() {
            let actual = state.entries[place] ?? []
            differences.compare(
                "state[\(place)]", expected: (entries.mapping?.keys ?? []).sorted(),
                actual: actual.map(\.name).sorted())
            for (name, entry) in actual {
                guard let values = entries[name] else { continue }
                try compare(
                    "state[\(place)].\(name)", values, entry.numbers, precision, &differences)
            }
        }
    }

    private func compare(
        _ what: String, _ expected: ConfigNode, _ actual: [Float], _ precision: Double,
        _ differences: inout Differences
    ) throws {
        let expected = try expected.list == nil ? [expected.number()] : expected.numbers()
        differences.compare(
            what, expected: expected, actual: actual.map(Double.init),
            within: Differences.singlePrecision(expected, float64Difference: precision))
    }

    private func give(_ gradients: ConfigNode, to parameters: [Parameter]) throws {
        for (parameter, gradient) in zip(parameters, try gradients.elements())
        where !gradient.isNull {
            let value = parameter.value
            try parameter.accumulate(value.device.tensor(gradient.floats(), shape: value.shape))
        }
    }

    // MARK: Clipping

    private func runClip(_ item: OracleCase, _ device: Device) throws {
        let parameters = try item.input.field("shapes").elements().map {
            Parameter(try device.zeros($0.integers()))
        }
        let wrapper = try OptimWrapper(
            SGD([ParameterGroup(parameters)]), clip: try clip(item.input.field("args")))
        try give(item.input.field("grads"), to: parameters)
        let norm = try wrapper.clipGradients()
        var differences = Differences()
        var precision = 0.0
        if let expected = try item.expected.given("total_norm")?.number() {
            let exact = try item.expected.given("total_norm_float64")?.number() ?? expected
            precision = Differences.singlePrecision([expected], float64Difference: 0)
            differences.compare(
                "total_norm", expected: expected, actual: norm ?? 0,
                within: max(precision, 4 * abs(expected - exact)))
        }
        for (place, expected) in try item.expected.field("grads").elements().enumerated() {
            guard let actual = try parameters[place].gradient?.plainValues() else {
                differences.compare(
                    "grads[\(place)] is null", expected: expected.isNull, actual: true)
                continue
            }
            guard !expected.isNull else {
                differences.note("grads[\(place)]: expected none, got a gradient")
                continue
            }
            try compare("grads[\(place)]", expected, actual, 0, &differences)
        }
        try differences.finish()
    }

    private func clip(_ arguments: ConfigNode) throws -> GradientClip {
        if let limit = arguments["clip_value"] {
            try arguments.expectKeys("clip_value", of: "clip_grad_value_")
            return .value(maximum: try limit.number())
        }
        return try arguments.decode(at: "args", GradientClip.read)
    }
}

extension OptimizerState.Entry {
    /// The values in single precision.
    fileprivate var numbers: [Float] {
        switch self {
        case .tensor(let tensor): tensor.floats
        case .int(let value): [Float(value)]
        case .double(let value): [Float(value)]
        case .null: []
        }
    }
}
