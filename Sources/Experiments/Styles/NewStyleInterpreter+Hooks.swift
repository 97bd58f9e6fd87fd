import ConfigCore
import WorkflowRunner

extension NewStyleInterpreter {
    /// MMEngine's hooks of every run, by the keys of `default_hooks`.
    private static let standardHooks: [(key: String, config: ConfigNode)] = [
        ("runtime_info", ["type": "RuntimeInfoHook"]), ("timer", ["type": "IterTimerHook"]),
        ("sampler_seed", ["type": "DistSamplerSeedHook"]), ("logger", ["type": "LoggerHook"]),
        ("param_scheduler", ["type": "ParamSchedulerHook"]),
        ("checkpoint", ["type": "CheckpointHook", "interval": 1]),
    ]

    /// The hooks of the run in the order in which they are registered.
    static func hooks(
        _ reader: inout ConfigReader, _ scopes: Scopes, _ registries: Registries
    ) throws -> [Experiment.ListedHook] {
        var hooks = standardHooks.map {
            Experiment.ListedHook(config: $0.config, path: "default_hooks.\($0.key)")
        }
        if let given: ConfigNode = try reader.optional("default_hooks") {
            guard let entries = given.mapping else {
                throw reader.failure("default_hooks", "", expected: "a mapping")
            }
            for (key, config) in entries {
                let path = ConfigPath.join("default_hooks", key: key)
                let place = hooks.firstIndex { $0.path == path }
                if config.isNull {
                    if let place { hooks.remove(at: place) }
                } else if let place {
                    hooks[place].config = typed(config, key)
                } else {
                    hooks.append(Experiment.ListedHook(config: config, path: path))
                }
            }
        }
        if let custom: ConfigNode = try reader.optional("custom_hooks") {
            guard let list = custom.list else {
                throw reader.failure("custom_hooks", "", expected: "a list of hooks")
            }
            for (place, config) in list.enumerated() {
                hooks.append(
                    Experiment.ListedHook(
                        config: config, path: ConfigPath.join("custom_hooks", index: place)))
            }
        }
        let names = registries.hooks.names
        return hooks.map {
            Experiment.ListedHook(config: scopes.resolving($0.config, in: names), path: $0.path)
        }
    }

    /// The config of a standard hook, which is known without its `type`.
    private static func typed(_ config: ConfigNode, _ key: String) -> ConfigNode {
        guard config.mapping != nil, config["type"] == nil,
            let type = standardHooks.first(where: { $0.key == key })?.config["type"]
        else { return config }
        return config.setting("type", to: type)
    }
}
