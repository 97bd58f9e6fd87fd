/// How one config differs from another, value by value.
///
/// A list and a tuple of the same elements are the same, as are a whole number and the same one with
/// a point. In lists of mappings, elements that were put in or taken out are told from those that
/// changed by their `type`.
public struct ConfigDiff: Sendable {
    /// One value that differs.
    public struct Row: Sendable {
        /// The way to the value; in the new config where it is there.
        public let path: String
        /// The value of the first config; nil where it was added.
        public let old: ConfigNode?
        /// The value of the second config; nil where it was removed.
        public let new: ConfigNode?
    }

    /// What differs, in the order of the second config, what was removed after what is still there.
    public private(set) var rows: [Row] = []

    /// Compares two configs.
    public init(from old: ConfigNode, to new: ConfigNode) { compare(old, new, at: "") }

    /// A row a difference, in two columns: the difference, and the places; empty where there is none.
    public func text(as notation: ConfigNotation) -> String {
        func value(_ node: ConfigNode) -> String { ConfigWriter.line(node, as: notation) }
        var lines = PlacedLines()
        for row in rows {
            let places = [row.old, row.new].compactMap { $0?.origin.fileAndLine }
                .filter { !$0.isEmpty }.joined(separator: " -> ")
            switch (row.old, row.new) {
            case (let old?, let new?):
                lines.add("changed \(row.path): \(value(old)) -> \(value(new))", places)
            case (nil, let new?): lines.add("added   \(row.path) = \(value(new))", places)
            case (let old?, nil): lines.add("removed \(row.path) = \(value(old))", places)
            case (nil, nil): break
            }
        }
        return lines.text
    }

    private mutating func compare(_ old: ConfigNode, _ new: ConfigNode, at path: String) {
        if let before = old.mapping, let after = new.mapping {
            for (key, node) in after {
                let path = ConfigPath.join(path, key: key)
                if let earlier = before[key] {
                    compare(earlier, node, at: path)
                } else {
                    add(old: nil, new: node, at: path)
                }
            }
            for (key, node) in before where after[key] == nil {
                add(old: node, new: nil, at: ConfigPath.join(path, key: key))
            }
        } else if old.hasMappings, new.hasMappings, let before = old.list, let after = new.list {
            compare(before, after, at: path)
        } else if !old.means(new) {
            rows.append(Row(path: path, old: old, new: new))
        }
    }

    /// Elements of the same kind belong together, in order.
    private mutating func compare(_ old: [ConfigNode], _ new: [ConfigNode], at path: String) {
        let changes = new.difference(from: old) { $0.isOfKind($1) }
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in changes {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var kept = old.indices.filter { !removed.contains($0) }[...]
        for (position, node) in new.enumerated() {
            let path = ConfigPath.join(path, index: position)
            if !added.contains(position), let earlier = kept.popFirst() {
                compare(old[earlier], node, at: path)
            } else {
                add(old: nil, new: node, at: path)
            }
        }
        for position in removed.sorted() {
            add(old: old[position], new: nil, at: ConfigPath.join(path, index: position))
        }
    }

    /// What only one of the configs has, down to its single values.
    private mutating func add(old: ConfigNode?, new: ConfigNode?, at path: String) {
        guard let node = old ?? new else { return }
        let isAdded = old == nil
        func addPart(_ inner: ConfigNode, at path: String) {
            // A plain nil would be a node that holds null.
            add(old: isAdded ? .none : inner, new: isAdded ? inner : .none, at: path)
        }
        if let mapping = node.mapping, !mapping.isEmpty {
            for (key, inner) in mapping { addPart(inner, at: ConfigPath.join(path, key: key)) }
        } else if node.hasMappings, let list = node.list {
            for (position, inner) in list.enumerated() {
                addPart(inner, at: ConfigPath.join(path, index: position))
            }
        } else {
            rows.append(Row(path: path, old: old, new: new))
        }
    }
}

extension ConfigNode {
    /// Whether there is a mapping in the list, at any depth.
    fileprivate var hasMappings: Bool {
        list?.contains { $0.mapping != nil || $0.hasMappings } ?? false
    }

    /// Whether both are mappings of one `type`, or the same.
    fileprivate func isOfKind(_ other: ConfigNode) -> Bool {
        guard let mapping, let others = other.mapping else { return means(other) }
        guard let type = mapping["type"] else { return others["type"] == nil }
        return others["type"].map(type.means) ?? false
    }

    /// Whether both values mean the same to whoever reads them.
    fileprivate func means(_ other: ConfigNode) -> Bool {
        if let elements = list, let others = other.list {
            return elements.count == others.count
                && zip(elements, others).allSatisfy { $0.means($1) }
        }
        if let mapping, let others = other.mapping {
            return mapping.count == others.count
                && mapping.allSatisfy { others[$0.key].map($0.node.means) ?? false }
        }
        if let number = double, let otherNumber = other.double {
            return number == otherNumber || number.isNaN && otherNumber.isNaN
        }
        return self == other
    }
}
