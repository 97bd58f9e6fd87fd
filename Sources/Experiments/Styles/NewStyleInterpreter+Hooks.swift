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
                    hooks[place].config = try typed(config, key, path)
                } else {
                    try checkMeant(key, config, path)
                    hooks.append(Experiment.ListedHook(config: config, path: path))
                }
            }
        }
        if let custom: ConfigNode = try reader.optional("custom_hooks") {
            guard let list = custom.list else {
                throw reader.failure("custom_hooks", "", expected: "a list of hooks")
            }
            for (place, config) in list.enumerated() {
                let path = ConfigPath.join("custom_hooks", index: place)
                try checkMapping(config, path)
                hooks.append(Experiment.ListedHook(config: config, path: path))
            }
        }
        let names = registries.hooks.names
        return hooks.map {
            Experiment.ListedHook(config: scopes.resolving($0.config, in: names), path: $0.path)
        }
    }

    /// The config of a standard hook, which is known without its `type`.
    private static func typed(_ config: ConfigNode, _ key: String, _ path: String) throws
        -> ConfigNode
    {
        try checkMapping(config, path)
        guard config["type"] == nil,
            let type = standardHooks.first(where: { $0.key == key })?.config["type"]
        else { return config }
        return config.setting("type", to: type)
    }

    /// A hook of the user's own among the standard ones says what it is; a misspelt key does not.
    private static func checkMeant(_ key: String, _ config: ConfigNode, _ path: String) throws {
        try checkMapping(config, path)
        // An old name of the optimizer's hook is read with `optim_wrapper`.
        guard config["type"] == nil,
            let meant = Spelling.suggestion(for: key, among: standardHooks.map(\.key))
        else { return }
        throw ConfigError(
            ConfigIssue(
                at: config, pointingAt: .key, path: path, problem: "unknown key",
                remedy: "did you mean \(meant)?"))
    }

    private static func checkMapping(_ config: ConfigNode, _ path: String) throws {
        guard config.mapping == nil else { return }
        throw ConfigError(
            at: config, path: path, expected: "a mapping with \"type\"",
            remedy: config.string.map { "write {\"type\": \"\($0)\"}" })
    }
}
