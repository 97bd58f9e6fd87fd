internal import ConfigCore
internal import Experiments
internal import NeuralNet

/// Optimizers and settings as cases write them.
enum OptimizerOptions {
    /// The optimizer that a config describes, over groups that exist already.
    static func optimizer(_ config: ConfigNode, _ groups: [ParameterGroup]) throws -> Optimizer {
        let registry = Registry<Optimizer>.standardOptimizers()
        if let type = config["type"]?.string, !registry.names.contains(type) {
            throw UnknownOperation(type)
        }
        var context = BuildContext()
        context.provide(OptimizerParameters(groups))
        return try registry.build(config, at: "optimizer", context)
    }

    /// The settings of a mapping.
    static func values(_ config: ConfigNode) throws -> [(String, OptionValue)] {
        try config.entries.map { key, node in (key, try value(node)) }
    }

    private static func value(_ node: ConfigNode) throws -> OptionValue {
        switch node.value {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .double(let value): return .double(value)
        case .list, .tuple:
            let parts = try node.elements()
            if parts.count == 2, let first = parts[0].double, let second = parts[1].double {
                return .pair(first, second)
            }
            return .tuple(try parts.map(value))
        case .string, .mapping: throw MalformedCase("\(node.value.summary) is no setting")
        }
    }
}
