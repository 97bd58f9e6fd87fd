internal import ConfigCore
internal import Experiments
internal import NeuralNet
internal import TensorCore
internal import TrainingInterfaces

/// Names, shapes and types of classifiers' state dictionaries, in order.
struct ModelKeys: CaseFamily {
    let name = "model_keys"

    func recognizes(_ item: OracleCase) -> Bool {
        item.input["model"] != nil && item.expected["entries"] != nil
    }

    func run(_ item: OracleCase, _ context: CaseContext) throws {
        let model = try buildClassifier(
            item.input.field("model"), device: context.device, generator: TorchGenerator(seed: 0))
        let expected = try item.expected.field("entries").elements().map { entry in
            let parts = try entry.elements()
            guard parts.count == 3 else { throw MalformedCase("an entry of \(parts.count) parts") }
            return "\(try parts[0].text()) \(try parts[1].integers()) \(try parts[2].text())"
        }
        let state = try model.stateDictionary()
        let actual = state.names.map { name in
            "\(name) \(state[name]?.shape ?? []) \(state[name]?.typeName ?? "")"
        }
        var differences = Differences()
        compare("entries", expected, actual, &differences)
        let parameters = model.namedParameters()
        if let count = try item.expected.given("parameters")?.integer() {
            let trained = parameters.filter(\.parameter.requiresGradient)
            differences.compare(
                "parameters", expected: count,
                actual: trained.reduce(0) { $0 + $1.parameter.value.shape.elementCount })
        }
        if let order = try item.expected.given("parameter_order")?.elements().map({ try $0.text() })
        {
            compare("parameter_order", order, parameters.map(\.name), &differences)
        }
        try differences.finish()
    }

    /// Compares lists and tells the first place where they part.
    private func compare(
        _ what: String, _ expected: [String], _ actual: [String], _ differences: inout Differences
    ) {
        let pairs = zip(expected, actual).enumerated()
        if let (place, pair) = pairs.first(where: { $0.element.0 != $0.element.1 }) {
            differences.compare("\(what)[\(place)]", expected: pair.0, actual: pair.1)
        } else {
            differences.compare(
                "length of \(what)", expected: expected.count, actual: actual.count)
        }
    }
}

extension PlainTensor {
    /// PyTorch's name of the element type.
    fileprivate var typeName: String {
        switch elements {
        case .uint8: "uint8"
        case .int64: "int64"
        case .float32: "float32"
        }
    }
}
