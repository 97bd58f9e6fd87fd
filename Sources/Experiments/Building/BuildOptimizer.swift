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
/// - Returns: The optimizer.
/// - Throws: `ConfigError`.
public func buildOptimizer(
    _ model: any Module, _ config: ConfigNode, at path: String = "optimizer",
    registry: Registry<Optimizer> = .standardOptimizers()
) throws -> Optimizer {
    let places = model.parameterPlaces()
    guard config.mapping != nil else {
        throw ConfigError(at: config, path: path, expected: "a mapping with the key type")
    }
    if let constructor = config["constructor"],
        constructor.string != "DefaultOptimizerConstructor"
    {
        throw ConfigError(
            at: constructor, path: "\(path).constructor",
            problem: "only DefaultOptimizerConstructor is known")
    }
    let rules = config["paramwise_cfg"]
    let groups: [ParameterGroup]
    if let rules, !rules.isNull, rules.mapping?.isEmpty != true {
        groups = try paramwiseGroups(places, rules, config, at: path)
    } else {
        groups = [ParameterGroup(places.map(\.parameter))]
    }
    var context = BuildContext()
    context.provide(OptimizerParameters(groups))
    return try registry.build(
        config.removing("paramwise_cfg").removing("constructor"), at: path, context)
}

/// One group a parameter, as the original makes them where rules are given.
private func paramwiseGroups(
    _ places: [(place: ParamwiseRules.Place, parameter: Parameter)], _ rules: ConfigNode,
    _ config: ConfigNode, at path: String
) throws -> [ParameterGroup] {
    let decay = config["weight_decay"]?.double
    let rulesPath = "\(path).paramwise_cfg"
    let paramwise = try ParamwiseRules(rules, at: rulesPath, hasDecay: decay != nil)
    var seen: Set<ObjectIdentifier> = []
    var groups: [ParameterGroup] = []
    for (place, parameter) in places {
        if !seen.insert(ObjectIdentifier(parameter)).inserted {
            if paramwise.bypassesDuplicates { continue }
            throw ConfigError(
                at: rules, path: rulesPath,
                problem: "\(place.module).\(place.name) is shared and would be in two groups",
                remedy: "set bypass_duplicate to true")
        }
        let rate = config["lr"]?.double ?? 1e-3
        groups.append(
            ParameterGroup(
                [parameter], options: paramwise.options(for: place, rate: rate, decay: decay)))
    }
    return groups
}
