import ConfigCore
import Foundation

/// The config of the hook that a `policy` names: `step` is `StepLrUpdaterHook`.
struct PolicyConfig {
    let hook: ConfigNode

    /// Turns `policy` into the hook's `type`.
    ///
    /// Errors: throws `ConfigError` where there is none, or none of that name.
    init(
        _ config: ConfigNode, at path: String, suffix: String, registry: Registry<any Hook>
    ) throws {
        guard config.mapping != nil else {
            throw ConfigError(at: config, path: path, expected: "a mapping")
        }
        let policyPath = ConfigPath.join(path, key: "policy")
        guard let node = config["policy"] else { throw Self.missingPolicy(config, path) }
        let policy = try String(config: node, at: policyPath)
        let type = (policy == policy.lowercased() ? policy.capitalized : policy) + suffix
        guard registry.contains(type) else {
            let known = registry.names.filter { $0.hasSuffix(suffix) }.map {
                String($0.dropLast(suffix.count))
            }
            throw ConfigError(
                at: node, path: policyPath, problem: "\"\(policy)\" is not a known policy",
                remedy: Spelling.suggestion(for: policy, among: known).map {
                    "did you mean \"\($0)\"?"
                } ?? (known.isEmpty ? nil : "known: \(known.joined(separator: ", "))"))
        }
        hook = config.removing("policy").setting(
            "type", to: ConfigNode(.string(type), origin: node.origin))
    }

    /// `policy` may stand there misspelt: then that is the message.
    private static func missingPolicy(_ config: ConfigNode, _ path: String) -> ConfigError {
        let misspelt = config.mapping?.first {
            Spelling.suggestion(for: $0.key, among: ["policy"]) != nil
        }
        guard let misspelt else {
            return ConfigError(
                at: config, path: ConfigPath.join(path, key: "policy"),
                problem: "required key is missing", remedy: "name a policy, such as \"step\"")
        }
        return ConfigError(
            ConfigIssue(
                at: misspelt.node, pointingAt: .key,
                path: ConfigPath.join(path, key: misspelt.key), problem: "unknown key",
                remedy: "did you mean policy?"))
    }

    /// In a run by iterations a config that does not say what it counts counts iterations.
    static func counting(_ config: ConfigNode, runnerCountsEpochs: Bool) -> ConfigNode {
        guard !runnerCountsEpochs, config.mapping != nil, config["by_epoch"] == nil else {
            return config
        }
        return config.setting("by_epoch", to: ConfigNode(.bool(false), origin: config.origin))
    }
}
