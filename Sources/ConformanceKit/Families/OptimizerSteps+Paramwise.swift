internal import ConfigCore
internal import Experiments
internal import NeuralNet
internal import TensorCore

extension OptimizerSteps {
    /// Builds an optimizer for a model of the recorded modules and compares its parameter groups.
    func runParamwise(_ item: OracleCase, _ device: Device) throws {
        let input = item.input
        let model = try RecordedModel(
            input.field("modules"), device,
            // The recording says only by the net's name that its weights are one tensor.
            sharesWeights: input["net"]?.string == "shared")
        let config = try input.field("optimizer")
        if let type = config["type"]?.string,
            !Registry<Optimizer>.standardOptimizers().names.contains(type)
        {
            throw UnknownOperation(type)
        }
        let optimizer = try buildOptimizer(model.root, config)
        guard !item.expectsError else { return }
        let expected = try item.expected.field("groups").elements()
        var differences = Differences()
        differences.compare(
            "number of groups", expected: expected.count, actual: optimizer.groups.count)
        for (place, (recorded, group)) in zip(expected, optimizer.groups).enumerated() {
            try compare("groups[\(place)]", recorded, group, model.names, &differences)
        }
        try differences.finish()
    }

    private func compare(
        _ what: String, _ recorded: ConfigNode, _ group: ParameterGroup,
        _ names: [ObjectIdentifier: [String]], _ differences: inout Differences
    ) throws {
        let expected = try recorded.field("params").elements().map { node in
            try node.list == nil ? [node.text()] : node.elements().map { try $0.text() }
        }
        let actual = group.parameters.map { names[ObjectIdentifier($0)] ?? [] }
        differences.compare("\(what).params", expected: expected, actual: actual)
        for (key, node) in recorded.entries where key != "params" {
            let numbers = try node.list == nil ? [node.number()] : node.numbers()
            let values = group[key]?.numbers ?? []
            differences.compare(
                "\(what).\(key)", expected: numbers, actual: values,
                within: 1e-12 * (numbers.first.map(abs) ?? 0))
        }
    }
}

extension OptionValue {
    /// The numbers of the setting.
    fileprivate var numbers: [Double] {
        if case .pair(let first, let second) = self { return [first, second] }
        return number.map { [$0] } ?? []
    }
}
