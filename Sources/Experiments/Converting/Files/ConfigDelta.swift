import ConfigCore

/// What a config says beyond its bases.
enum ConfigDelta {
    /// The keys that make `base` to `target` when they are merged into it; nil where a top-level key would
    /// have to go, which no config can say.
    static func delta(from base: ConfigMapping, to target: ConfigMapping) -> ConfigMapping? {
        guard base.keys.allSatisfy({ target[$0] != nil }) else { return nil }
        var delta = ConfigMapping()
        for (key, value) in target {
            if let change = change(from: base[key], to: value) { delta[key] = change }
        }
        return delta
    }

    private static func change(from base: ConfigNode?, to target: ConfigNode) -> ConfigNode? {
        guard let base else { return target }
        if isSame(base, target) { return .none }
        guard let old = base.mapping, let new = target.mapping else {
            // A mapping over another value replaces it only where it says so.
            return target.mapping == nil ? target : target.setting("_delete_", to: true)
        }
        guard old.keys.allSatisfy({ new[$0] != nil }), !new.isEmpty else {
            return target.setting("_delete_", to: true)
        }
        var change = ConfigMapping()
        for (key, value) in new {
            if let inner = Self.change(from: old[key], to: value) { change[key] = inner }
        }
        return ConfigNode(.mapping(change))
    }

    /// Also whether tuples are tuples and numbers of one kind.
    private static func isSame(_ first: ConfigNode, _ second: ConfigNode) -> Bool {
        ConfigWriter.line(first, as: .python) == ConfigWriter.line(second, as: .python)
    }
}
