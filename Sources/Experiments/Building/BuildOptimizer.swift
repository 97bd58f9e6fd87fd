import Classifiers
public import ConfigCore
public import NeuralNet

/// Builds an optimizer for a model's parameters, parameter-wise rules included.
///
/// Source: MMCV's `build_optimizer`.
///
/// - Parameters:
///   - model: The model; frozen parameters are included, as in the original.
///   - config: The optimizer's config: `type`, its settings, `paramwise_cfg`.
///   - path: The way to it in the config, for messages.
///   - registry: The optimizers that may be named.
///   - warnings: Takes what the user should hear about.
/// - Returns: The optimizer.
/// - Throws: `ConfigError`.
public func buildOptimizer(
    _ model: any Module, _ config: ConfigNode, at path: String = "optimizer",
    registry: Registry<Optimizer> = .standardOptimizers(), warnings: ((String) -> Void)? = nil
) throws -> Optimizer {
    try buildOptimizer(config, at: path, registry: registry, warnings: warnings) { issues in
        let rules = ParamwiseGroups(config["paramwise_cfg"], at: "\(path).paramwise_cfg")
        return try rules.groups(model.parameterPlaces(), config, at: path, issues)
    }
}

/// Builds an optimizer for groups of parameters that `groups` finds.
func buildOptimizer(
    _ config: ConfigNode, at path: String, registry: Registry<Optimizer>,
    warnings: ((String) -> Void)?, groups: (BuildWarnings) throws -> [ParameterGroup]
) throws -> Optimizer {
    guard config.mapping != nil else {
        throw ConfigError(at: config, path: path, expected: "a mapping with the key type")
    }
    try check(config, at: path, registry)
    let issues = BuildWarnings()
    let groups = try groups(issues)
    var context = BuildContext()
    context.provide(OptimizerParameters(groups))
    context.provide(issues)
    let optimizer = try registry.build(
        config.removing("paramwise_cfg").removing("constructor"), at: path, context)
    for issue in issues.issues { warnings?(issue.message) }
    return optimizer
}

/// Builds the optimizer of a model, or one for each of its parts where the config names parts.
///
/// A config such as `{"G": {"type": "Adam", …}, "D": {"type": "Adam", …}}` gives the members `G` and `D`
/// of the model an optimizer each, and the model steps them itself.
/// Source: `build_optimizers` of MMCV's generative models.
///
/// - Parameters:
///   - model: The model.
///   - config: The optimizer's config, or configs by the name of a part.
///   - path: The way to it in the config, for messages.
///   - registry: The optimizers that may be named.
///   - warnings: Takes what the user should hear about.
/// - Returns: The optimizers.
/// - Throws: `ConfigError`.
public func buildOptimizers(
    _ model: any Module, _ config: ConfigNode, at path: String = "optimizer",
    registry: Registry<Optimizer> = .standardOptimizers(), warnings: ((String) -> Void)? = nil
) throws -> OptimizerSet {
    guard config.namesParts, let parts = config.mapping else {
        return OptimizerSet(
            try OptimWrapper(
                buildOptimizer(model, config, at: path, registry: registry, warnings: warnings)))
    }
    return OptimizerSet(
        try parts.map { name, config in
            let path = ConfigPath.join(path, key: name)
            let optimizer = try buildOptimizer(
                model.part(name, of: config, at: path), config, at: path, registry: registry,
                warnings: warnings)
            return (name, try OptimWrapper(optimizer))
        })
}

extension Module {
    /// The module of a name that a config gives settings for.
    ///
    /// Errors: throws `ConfigError` where there is none.
    func part(_ name: String, of config: ConfigNode, at path: String) throws -> any Module {
        let modules = namedModules().filter { !$0.name.isEmpty }
        if let part = modules.first(where: { $0.name == name }) { return part.module }
        let names = modules.map(\.name)
        let children = names.filter { !$0.contains(".") }
        throw ConfigError(
            ConfigIssue(
                at: config, pointingAt: .key, path: path,
                problem: "the model has no part of that name",
                remedy: Spelling.suggestion(for: name, among: names).map {
                    "did you mean \($0)?"
                } ?? "known: \(children.joined(separator: ", "))"))
    }
}

extension ConfigNode {
    /// Whether this is the config of several optimizers, by the parts of the model that they step.
    var namesParts: Bool {
        guard let entries = mapping, !entries.isEmpty, self["type"] == nil else { return false }
        return entries.allSatisfy { $0.node.mapping != nil }
    }
}

private func check(_ config: ConfigNode, at path: String, _ registry: Registry<Optimizer>) throws {
    if let constructor = config["constructor"], !constructor.isNull,
        constructor.string != "DefaultOptimizerConstructor"
    {
        throw ConfigError(
            at: constructor, path: "\(path).constructor",
            problem: "only DefaultOptimizerConstructor is known")
    }
    if let type = config["type"], let name = type.string, !registry.contains(name),
        let reason = OptimizerForm.refusal(of: Registry<Optimizer>.withoutScope(name))
    {
        throw ConfigError(
            at: type, path: "\(path).type", problem: reason, remedy: "use SGD, AdamW or another")
    }
}
