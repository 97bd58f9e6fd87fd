public import ConfigCore
public import NeuralNet

/// Builds the optimizers of a model, each in its wrapper, from `optim_wrapper` of a new-style config.
///
/// A config names it under `constructor`; it is registered in `Registries.optimWrapperConstructors`.
/// Source: `OPTIM_WRAPPER_CONSTRUCTORS` of MMEngine.
public protocol OptimWrapperConstructor {
    /// The wrappers for a model, with names where there are several.
    ///
    /// Errors: throws `ConfigError` where the config does not fit the model.
    func wrappers(for model: any Module, _ builder: OptimWrapperBuilder) throws -> OptimizerSet
}

/// What a constructor builds wrappers with: the config, and the ways to build a part of it.
///
/// Keys that it does not come to are an error in the end.
public final class OptimWrapperBuilder {
    /// What `optim_wrapper` says beside `constructor` and `paramwise_cfg`.
    public let config: ConfigNode
    /// The rules of `paramwise_cfg`, for all wrappers that have none of their own.
    public let paramwise: ConfigNode?
    /// The way to the config, for messages.
    public let path: String
    private let registries: Registries
    private let report: WrapperReport
    private var readNames: Set<String> = []

    init(
        _ config: ConfigNode, paramwise: ConfigNode?, at path: String, _ registries: Registries,
        _ report: WrapperReport
    ) {
        self.config = config
        self.paramwise = paramwise
        self.path = path
        self.registries = registries
        self.report = report
    }

    /// The keys of the config, such as the names of several wrappers, in order.
    public var names: [String] { config.mapping?.keys ?? [] }

    /// The value of a key of the constructor's own; nil where it is absent.
    public func option(_ name: String) -> ConfigNode? {
        readNames.insert(name)
        return config[name]
    }

    /// Builds the wrapper whose config stands under a name, for a part of the model.
    ///
    /// - Parameters:
    ///   - name: The key, such as `generator`.
    ///   - part: Whose parameters it steps.
    /// - Returns: The wrapper.
    /// - Throws: `ConfigError` where the config has no such key, or cannot be understood.
    public func wrapper(_ name: String, for part: any Module) throws -> OptimWrapper {
        guard let node = option(name), !node.isNull else {
            throw ConfigError(
                at: config, path: ConfigPath.join(path, key: name),
                problem: "required by the constructor, but missing",
                remedy: "write {\"optimizer\": {\"type\": \"SGD\", \"lr\": 0.01}}")
        }
        var wrapper = try NewStyleInterpreter.wrapper(node, at: ConfigPath.join(path, key: name))
        wrapper.paramwise = wrapper.paramwise ?? paramwise
        return try wrapper.wrapper(for: part, registries, report)
    }

    /// Builds the wrapper whose config stands under a name, for the part of the model that has this name.
    public func wrapper(_ name: String, forPartOf model: any Module) throws -> OptimWrapper {
        let path = ConfigPath.join(path, key: name)
        return try wrapper(name, for: model.part(name, of: config[name] ?? config, at: path))
    }

    /// Builds one wrapper from the whole config, for groups of parameters with settings of their own.
    public func wrapper(for groups: [ParameterGroup]) throws -> OptimWrapper {
        let wrapper = try whole
        return try wrapper.wrapper(registries, report) { _ in groups }
    }

    /// Builds one wrapper from the whole config, as `DefaultOptimWrapperConstructor` does.
    public func wrapper(for model: any Module) throws -> OptimWrapper {
        var wrapper = try whole
        wrapper.paramwise = paramwise
        return try wrapper.wrapper(for: model, registries, report)
    }

    private var whole: WrapperConfig {
        get throws {
            readNames.formUnion(names)
            return try NewStyleInterpreter.wrapper(config, at: path)
        }
    }

    func checkAllRead() throws {
        for (name, node) in config.mapping ?? ConfigMapping() where !readNames.contains(name) {
            throw ConfigError(
                ConfigIssue(
                    at: node, pointingAt: .key, path: ConfigPath.join(path, key: name),
                    problem: "the constructor does not use it", remedy: "leave it out"))
        }
    }
}

/// Gives each part of the model that the config names an optimizer of its own.
///
/// Source: `MultiOptimWrapperConstructor` of MMagic.
struct MultiOptimWrapperConstructor: OptimWrapperConstructor {
    func wrappers(for model: any Module, _ builder: OptimWrapperBuilder) throws -> OptimizerSet {
        OptimizerSet(
            try builder.names.map { ($0, try builder.wrapper($0, forPartOf: model)) })
    }
}

extension Registry<any OptimWrapperConstructor> {
    /// The constructors this program brings, beside the default one.
    public static func standardOptimWrapperConstructors() -> Registry<any OptimWrapperConstructor> {
        var registry = Registry<any OptimWrapperConstructor>("constructor")
        registry.register("MultiOptimWrapperConstructor") { _, _ in MultiOptimWrapperConstructor() }
        return registry
    }
}

/// Builds the wrappers that `optim_wrapper` of a new-style config describes, for a model.
///
/// Source: `Runner.build_optim_wrapper` of MMEngine.
///
/// - Parameters:
///   - model: The model.
///   - config: The config of one wrapper, or of several by name with a `constructor`.
///   - path: The way to it, for messages.
///   - registries: Optimizers and constructors that may be named.
///   - warnings: Takes what the user should hear about.
/// - Returns: The wrappers.
/// - Throws: `ConfigError`.
public func buildOptimWrapper(
    _ model: any Module, _ config: ConfigNode, at path: String = "optim_wrapper",
    registries: Registries = .standard(), warnings: ((String) -> Void)? = nil
) throws -> OptimizerSet {
    try NewStyleInterpreter.wrapper(config, at: path).build(
        for: model, registries, WrapperReport(warn: { warnings?($0) }))
}
