/// Puts a config on top of the one it inherits from.
///
/// Source: `Config._merge_a_into_b` in MMCV. Unlike there, `_delete_` never stays in the result.
enum ConfigMerge {
    /// The key that says: replace what the base has here, do not merge.
    static let deleteKey = "_delete_"

    /// Merges the mapping `child` into the mapping `base`.
    ///
    /// A mapping goes into a mapping key by key; everything else replaces what the base had. Keys
    /// of the base keep their order, new ones follow.
    static func merge(
        _ child: ConfigNode, into base: ConfigNode, at path: String
    ) throws(ConfigError) -> ConfigNode {
        guard var entries = child.mapping else {
            return try consumingDelete(child, at: path).overriding(base)
        }
        if try takeDelete(from: &entries, at: path) {
            let replacement = try consumingDelete(child.holding(.mapping(entries)), at: path)
            return replacement.overriding(base)
        }
        guard var merged = base.mapping else { throw cannotMerge(child, into: base, at: path) }
        for (key, node) in entries {
            let inner = ConfigPath.join(path, key: key)
            if let below = merged[key] {
                merged[key] = try merge(node, into: below, at: inner)
            } else {
                merged[key] = try consumingDelete(node, at: inner)
            }
        }
        var result = child.holding(.mapping(merged))
        result.overridden += base.overridden
        return result
    }

    /// Bases that a file has changed, with what its changes overrode and what had been overridden
    /// before.
    static func recalling(_ old: ConfigNode, in changed: ConfigNode) -> ConfigNode {
        var node = changed
        if let before = old.mapping, var entries = changed.mapping {
            for (key, inner) in entries {
                if let earlier = before[key] { entries[key] = recalling(earlier, in: inner) }
            }
            node = node.holding(.mapping(entries))
        } else if let before = old.list, let elements = changed.list,
            before.count == elements.count
        {
            node = node.holding(elements: zip(before, elements).map { recalling($0, in: $1) })
        } else if old != changed {
            // The file itself remembers what it found, but not what its bases had overridden.
            if let first = changed.overridden.last, first == old { node.overridden.removeLast() }
            return node.overriding(old)
        }
        node.overridden = old.overridden
        return node
    }

    /// The value without any `_delete_` in it.
    static func consumingDelete(_ node: ConfigNode, at path: String) throws(ConfigError)
        -> ConfigNode
    {
        func consumed(_ elements: [ConfigNode]) throws(ConfigError) -> [ConfigNode] {
            var result: [ConfigNode] = []
            for (position, element) in elements.enumerated() {
                result.append(
                    try consumingDelete(element, at: ConfigPath.join(path, index: position)))
            }
            return result
        }
        switch node.value {
        case .list(let elements):
            return node.holding(.list(try consumed(elements)))
        case .tuple(let elements):
            return node.holding(.tuple(try consumed(elements)))
        case .mapping(var entries):
            _ = try takeDelete(from: &entries, at: path)
            for (key, inner) in entries {
                entries[key] = try consumingDelete(inner, at: ConfigPath.join(path, key: key))
            }
            return node.holding(.mapping(entries))
        default:
            return node
        }
    }

    /// The error for a mapping over something that is none.
    static func cannotMerge(
        _ child: ConfigNode, into base: ConfigNode, at path: String
    ) -> ConfigError {
        let place = base.origin.place.map { " at \($0)" } ?? ""
        return ConfigError(
            at: child, path: path,
            problem: "a mapping cannot be merged into \(base.value.summary)\(place)",
            remedy: "add \"\(deleteKey)\": true to replace it")
    }

    private static func takeDelete(
        from entries: inout ConfigMapping, at path: String
    ) throws(ConfigError) -> Bool {
        guard let node = entries[deleteKey] else { return false }
        entries[deleteKey] = nil
        guard let isSet = node.bool else {
            throw ConfigError(
                at: node, path: ConfigPath.join(path, key: deleteKey), expected: "true or false")
        }
        return isSet
    }
}
