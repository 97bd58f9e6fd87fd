public import ConfigCore
public import NeuralNet

/// A part of a run: built already, or a config from which it is built when it is needed.
public enum RunnerPart<Product> {
    /// The part itself.
    case built(Product)
    /// Its config.
    case config(ConfigNode)
}

extension RunnerPart: ExpressibleByDictionaryLiteral {
    /// A config such as `["type": "ResNet", "depth": 18]`.
    public init(dictionaryLiteral elements: (String, ConfigNode)...) {
        self = .config(
            ConfigNode(.mapping(ConfigMapping(elements.map { (key: $0.0, node: $0.1) }))))
    }
}

extension RunnerPart: ExpressibleByArrayLiteral {
    /// A list of configs.
    public init(arrayLiteral elements: ConfigNode...) {
        self = .config(ConfigNode(.list(elements)))
    }
}

extension RunnerPart where Product == OptimizerSet {
    /// One optimizer in its wrapper.
    public static func built(_ wrapper: OptimWrapper) -> Self { .built(OptimizerSet(wrapper)) }

    /// An optimizer, which gets a wrapper that only steps.
    ///
    /// Errors: throws `OptionError` where it has nothing to step.
    public static func built(_ optimizer: Optimizer) throws -> Self {
        .built(try OptimWrapper(optimizer))
    }
}

extension ConfigNode {
    /// The name of a type, for the key `type`: `.type(Adam.self)` is `"Adam"`.
    public static func type(_ type: Any.Type) -> ConfigNode { ConfigNode(.string("\(type)")) }
}
