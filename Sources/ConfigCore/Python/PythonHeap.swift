/// The lists, tuples and dictionaries of a config that is being computed, by number.
///
/// They lie side by side, whatever refers to what, so that neither a list within itself nor a
/// chain of a million of them harms anybody.
struct PythonHeap {
    /// Keys with values, in the order they were added.
    struct Dictionary {
        private(set) var entries: [(key: PythonKey, slot: PythonSlot)] = []
        private var positions: [PythonKey: Int] = [:]
        /// Whether the keys can be read as attributes, as those of a base can.
        var hasAttributes = false

        subscript(key: PythonKey) -> PythonSlot? {
            get { positions[key].map { entries[$0].slot } }
            set {
                switch (positions[key], newValue) {
                case (let position?, let slot?):
                    entries[position].slot = slot
                case (nil, let slot?):
                    positions[key] = entries.count
                    entries.append((key, slot))
                case (let position?, nil):
                    entries.remove(at: position)
                    positions = [:]
                    for (position, entry) in entries.enumerated() {
                        positions[entry.key] = position
                    }
                case (nil, nil):
                    break
                }
            }
        }
    }

    /// Lists and tuples.
    private(set) var sequences: [[PythonSlot]] = []
    private(set) var dictionaries: [Dictionary] = []

    /// Keeps a new list.
    mutating func list(_ elements: [PythonSlot]) -> PythonValue {
        sequences.append(elements)
        return .list(sequences.count - 1)
    }

    /// Keeps a new tuple.
    mutating func tuple(_ elements: [PythonSlot]) -> PythonValue {
        sequences.append(elements)
        return .tuple(sequences.count - 1)
    }

    /// Keeps a new dictionary.
    mutating func dictionary(_ dictionary: Dictionary) -> PythonValue {
        dictionaries.append(dictionary)
        return .dictionary(dictionaries.count - 1)
    }

    /// Changes the elements of a list.
    mutating func change(_ list: Int, _ body: (inout [PythonSlot]) -> Void) {
        body(&sequences[list])
    }

    /// Puts a value under a key, or removes the key.
    mutating func set(_ key: PythonKey, of dictionary: Int, to slot: PythonSlot?) {
        dictionaries[dictionary][key] = slot?.replacing(dictionaries[dictionary][key])
    }

    /// Removes all keys.
    mutating func clear(dictionary: Int) {
        let hasAttributes = dictionaries[dictionary].hasAttributes
        dictionaries[dictionary] = Dictionary()
        dictionaries[dictionary].hasAttributes = hasAttributes
    }

    /// The elements of a list or tuple.
    func elements(_ value: PythonValue) -> [PythonSlot]? {
        switch value {
        case .list(let number), .tuple(let number): sequences[number]
        default: nil
        }
    }

    // MARK: From and to configs

    /// Brings in a value of a base, whose keys can be read as attributes.
    mutating func bring(
        _ node: ConfigNode, at offset: Int, _ budget: inout PythonBudget
    ) throws(PythonProblem) -> PythonValue {
        try budget.spend(values: 1, at: offset)
        switch node.value {
        case .null: return .none
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .double(let value): return .double(value)
        case .string(let value): return .text(value)
        case .list(let elements): return list(try bring(elements, at: offset, &budget))
        case .tuple(let elements): return tuple(try bring(elements, at: offset, &budget))
        case .mapping(let entries):
            var result = Dictionary()
            result.hasAttributes = true
            for (key, inner) in entries {
                result[.text(key)] = PythonSlot(
                    value: try bring(inner, at: offset, &budget), origin: inner.origin)
            }
            return dictionary(result)
        }
    }

    private mutating func bring(
        _ elements: [ConfigNode], at offset: Int, _ budget: inout PythonBudget
    ) throws(PythonProblem) -> [PythonSlot] {
        var slots: [PythonSlot] = []
        for element in elements {
            slots.append(
                PythonSlot(
                    value: try bring(element, at: offset, &budget), origin: element.origin))
        }
        return slots
    }

    /// Gives out a value, once for every place that refers to it.
    func node(
        _ slot: PythonSlot, at offset: Int, depth: Int = 1, _ budget: inout PythonBudget
    ) throws(PythonProblem) -> ConfigNode {
        try budget.spend(values: 1, at: offset)
        let value: ConfigValue =
            switch slot.value {
            case .none: .null
            case .bool(let value): .bool(value)
            case .int(let value): .int(value)
            case .hugeInt(let digits): .double(Double(digits) ?? .infinity)
            case .double(let value): .double(value)
            case .text(let value): .string(value)
            case .list: .list(try nodes(slot.value, at: offset, depth, &budget))
            case .tuple: .tuple(try nodes(slot.value, at: offset, depth, &budget))
            case .dictionary(let number):
                .mapping(try entries(dictionaries[number], at: offset, depth, &budget))
            case .function, .method, .copyModule:
                throw .unsupported(at: offset, "\(slot.value.summary) as a value")
            }
        var node = ConfigNode(value, origin: slot.origin)
        node.overridden = earlierNodes(of: slot, at: offset, depth, &budget)
        return node
    }

    /// What stood in a place before, as far as there is room for it.
    private func earlierNodes(
        of slot: PythonSlot, at offset: Int, _ depth: Int, _ budget: inout PythonBudget
    ) -> [ConfigNode] {
        var nodes: [ConfigNode] = []
        for earlier in slot.earlier {
            let node = budget.remembering { budget in
                try? self.node(earlier, at: offset, depth: depth, &budget)
            }
            guard let node else { break }
            nodes.append(node)
        }
        return nodes
    }

    private func nodes(
        _ value: PythonValue, at offset: Int, _ depth: Int, _ budget: inout PythonBudget
    ) throws(PythonProblem) -> [ConfigNode] {
        try PythonBudget.check(depth: depth, at: offset)
        var nodes: [ConfigNode] = []
        for slot in elements(value) ?? [] {
            nodes.append(try node(slot, at: offset, depth: depth + 1, &budget))
        }
        return nodes
    }

    private func entries(
        _ dictionary: Dictionary, at offset: Int, _ depth: Int, _ budget: inout PythonBudget
    ) throws(PythonProblem) -> ConfigMapping {
        try PythonBudget.check(depth: depth, at: offset)
        var entries = ConfigMapping()
        for (key, slot) in dictionary.entries {
            if entries[key.name] != nil {
                throw PythonProblem(
                    at: offset,
                    "the keys \(key.name) and \"\(key.name)\" of a dict are the same in a config")
            }
            entries[key.name] = try node(slot, at: offset, depth: depth + 1, &budget)
        }
        return entries
    }
}
