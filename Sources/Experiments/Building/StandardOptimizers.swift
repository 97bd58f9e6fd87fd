public import ConfigCore
public import NeuralNet

/// The parameter groups an optimizer is built for, handed to its factory.
public struct OptimizerParameters {
    /// The groups, with the settings of their own that parameter-wise rules gave them.
    public let groups: [ParameterGroup]

    /// Groups for a factory.
    public init(_ groups: [ParameterGroup]) { self.groups = groups }
}

extension Registry<Optimizer> {
    /// The optimizers this program brings, by the names configs use.
    public static func standardOptimizers() -> Registry<Optimizer> {
        var registry = Registry<Optimizer>("optimizer")
        registry.register("SGD") { reader, context in
            let keys: [OptionKey] = [
                .number("lr"), .number("momentum"), .number("dampening"), .number("weight_decay"),
                .flag("nesterov"), .flag("maximize"),
            ]
            return try make(&reader, context, keys) { try SGD($0, options: $1) }
        }
        registry.register("Adam") { reader, context in
            try make(&reader, context, adamKeys) { try Adam($0, options: $1) }
        }
        registry.register("AdamW") { reader, context in
            try make(&reader, context, adamKeys) { try AdamW($0, options: $1) }
        }
        registry.registerAdaptiveOptimizers()
        return registry
    }

    private mutating func registerAdaptiveOptimizers() {
        let common: [OptionKey] = [.number("lr"), .number("weight_decay"), .flag("maximize")]
        let adam: [OptionKey] = common + [.pair("betas"), .number("eps")]
        register("RMSprop") { reader, context in
            let keys = ["momentum", "alpha", "eps"].map(OptionKey.number) + [.flag("centered")]
            return try Self.make(&reader, context, common + keys) {
                try RMSprop($0, options: $1)
            }
        }
        register("Adagrad") { reader, context in
            let keys = ["lr_decay", "initial_accumulator_value", "eps"].map(OptionKey.number)
            return try Self.make(&reader, context, common + keys) {
                try Adagrad($0, options: $1)
            }
        }
        register("Adadelta") { reader, context in
            let keys = ["rho", "eps"].map(OptionKey.number)
            return try Self.make(&reader, context, common + keys) {
                try Adadelta($0, options: $1)
            }
        }
        register("Adamax") { reader, context in
            try Self.make(&reader, context, adam) { try Adamax($0, options: $1) }
        }
        register("NAdam") { reader, context in
            let keys: [OptionKey] = [.number("momentum_decay"), .flag("decoupled_weight_decay")]
            return try Self.make(&reader, context, adam + keys) { try NAdam($0, options: $1) }
        }
        register("RAdam") { reader, context in
            let keys: [OptionKey] = [.flag("decoupled_weight_decay")]
            return try Self.make(&reader, context, adam + keys) { try RAdam($0, options: $1) }
        }
    }

    private static var adamKeys: [OptionKey] {
        [
            .number("lr"), .pair("betas"), .number("eps"), .number("weight_decay"),
            .flag("amsgrad"), .flag("maximize"),
        ]
    }

    /// Settings by type; the names are PyTorch's.
    private enum OptionKey {
        case number(String)
        case flag(String)
        case pair(String)
    }

    private static func make<O: Optimizer>(
        _ reader: inout ConfigReader, _ context: BuildContext, _ keys: [OptionKey],
        _ build: ([ParameterGroup], [(String, OptionValue)]) throws -> O
    ) throws -> Optimizer {
        var options: [(String, OptionValue)] = []
        for key in keys {
            switch key {
            case .number(let name):
                if let value: Double = try reader.optional(name) {
                    options.append((name, .double(value)))
                }
            case .flag(let name):
                if let value: Bool = try reader.optional(name) {
                    options.append((name, .bool(value)))
                }
            case .pair(let name):
                guard let values: [Double] = try reader.optional(name) else { continue }
                guard values.count == 2 else {
                    throw reader.failure(name, "", expected: "two numbers")
                }
                options.append((name, .pair(values[0], values[1])))
            }
        }
        // They choose among PyTorch's implementations of one formula.
        reader.ignore("foreach", "fused", "capturable", "differentiable")
        do {
            return try build(try context.value(OptimizerParameters.self).groups, options)
        } catch let error as OptionError {
            throw reader.failure(error.option, error.problem)
        }
    }
}
