extension ConfigNode {
    /// The text, if the value is one.
    public var string: String? {
        if case .string(let value) = value { value } else { nil }
    }

    /// The whole number, if the value is one; `3.0` counts as 3.
    public var int: Int? {
        switch value {
        case .int(let value): value
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The number, if the value is one.
    public var double: Double? {
        switch value {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// The truth value, if the value is one.
    public var bool: Bool? {
        if case .bool(let value) = value { value } else { nil }
    }

    /// The elements, if the value is a list or a tuple.
    public var list: [ConfigNode]? {
        switch value {
        case .list(let elements), .tuple(let elements): elements
        default: nil
        }
    }

    /// The entries, if the value is a mapping.
    public var mapping: ConfigMapping? {
        if case .mapping(let value) = value { value } else { nil }
    }

    /// Whether the value is `null`.
    public var isNull: Bool {
        if case .null = value { true } else { false }
    }

    /// The value under a key, if this is a mapping that has it.
    public subscript(key: String) -> ConfigNode? { mapping?[key] }

    /// The element at a position, if this is a list or tuple that has it.
    public subscript(index: Int) -> ConfigNode? {
        guard let list, list.indices.contains(index) else { return nil }
        return list[index]
    }

    /// The value that a dotted path leads to; digits step into lists, as in
    /// `data.train.pipeline.0.type`.
    public func at(path: String) -> ConfigNode? {
        var node = self
        for part in path.split(separator: ".", omittingEmptySubsequences: false) {
            let key = String(part)
            guard let next = node[key] ?? Int(key).flatMap({ node[$0] }) else { return nil }
            node = next
        }
        return node
    }

    /// A copy with another value under `path`, one key after the other; what is no mapping on the
    /// way becomes one.
    public func setting(_ path: String..., to node: ConfigNode) -> ConfigNode {
        setting(path[...], to: node)
    }

    /// A copy without the entry under `path`, one key after the other.
    public func removing(_ path: String...) -> ConfigNode { setting(path[...], to: nil) }

    /// A copy without the key that `steps` lead to; nil where it is not there.
    package func removing(_ steps: ArraySlice<ConfigKey>) -> ConfigNode? {
        let rest = steps.dropFirst()
        switch steps.first {
        case .key(let key)?:
            guard var entries = mapping, let inner = entries[key] else { return nil }
            let changed = inner.removing(rest)
            guard rest.isEmpty || changed != nil else { return nil }
            entries[key] = rest.isEmpty ? nil : changed
            return holding(.mapping(entries))
        case .index(let index)?:
            guard var elements = list, elements.indices.contains(index),
                let changed = elements[index].removing(rest)
            else { return nil }
            elements[index] = changed
            return holding(elements: elements)
        case nil: return nil
        }
    }

    private func setting(_ path: ArraySlice<String>, to node: ConfigNode?) -> ConfigNode {
        guard let key = path.first else { return node ?? self }
        var entries = mapping ?? ConfigMapping()
        if path.count == 1 {
            entries[key] = node
        } else if node != nil || entries[key] != nil {
            let inner = entries[key] ?? ConfigNode(.mapping(ConfigMapping()))
            entries[key] = inner.setting(path.dropFirst(), to: node)
        }
        return holding(.mapping(entries))
    }
}
