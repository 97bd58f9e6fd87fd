public import ConfigCore

/// What a `Runner` is made from: its config, objects, components, and the words of a command.
public struct RunnerSetup {
    /// The config.
    public internal(set) var cfg: ConfigNode
    /// The components that it may name.
    public let registries: Registries
    var built = BuiltParts()
    package var options = TrainingOptions(configPath: "")
    let environment: [String: String]

    /// A setup of a config alone.
    public init(
        _ cfg: ConfigNode, registries: Registries = .standard(), environment: [String: String] = [:]
    ) {
        self.cfg = cfg
        self.registries = registries
        self.environment = environment
    }

    mutating func set(_ key: String, _ node: ConfigNode?) {
        if let node { cfg = cfg.setting(key, to: node) }
    }

    /// Keeps a part: its config, or the object that stands for it.
    mutating func add<Product>(
        _ key: String, _ part: RunnerPart<Product>?, _ keep: (inout BuiltParts, Product) -> Void
    ) {
        switch part {
        case .built(let product):
            built.keys.insert(key)
            keep(&built, product)
        case .config(let node): set(key, node)
        case nil: break
        }
    }
}
