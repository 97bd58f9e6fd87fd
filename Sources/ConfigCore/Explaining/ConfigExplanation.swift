/// Every value of a config with the place that set it and the values that it overrode.
public struct ConfigExplanation: Sendable {
    /// One value.
    public struct Row: Sendable {
        /// The way to the value.
        public let path: String
        /// The value, which knows its place and what it overrode.
        public let node: ConfigNode
        /// Whether rows of its own follow for what is in it.
        public let isOpened: Bool
    }

    /// The values in the order of the config.
    public private(set) var rows: [Row] = []

    /// Explains a config, or those of its top-level keys that are named.
    public init(_ root: ConfigNode, keys: [String]? = nil) {
        for (key, node) in root.mapping ?? ConfigMapping() where keys?.contains(key) ?? true {
            add(node, at: ConfigPath.join("", key: key))
        }
    }

    /// A row a value, in two columns: the value, and where it was set; what it overrode stands below
    /// it, the latest first.
    public func text(as notation: ConfigNotation) -> String {
        var lines = PlacedLines()
        for row in rows {
            let value = row.isOpened ? "..." : ConfigWriter.line(row.node, as: notation)
            lines.add("\(row.path) = \(value)", row.node.origin.fileAndLine)
            for earlier in row.node.overridden {
                let value = ConfigWriter.line(earlier, as: notation, limit: 52)
                lines.add("    was \(value)", earlier.origin.fileAndLine)
            }
        }
        return lines.text
    }

    private mutating func add(_ node: ConfigNode, at path: String) {
        let isOpened = node.holdsSeveralPlaces
        if !isOpened || !node.overridden.isEmpty {
            rows.append(Row(path: path, node: node, isOpened: isOpened))
        }
        guard isOpened else { return }
        for (key, inner) in node.mapping ?? ConfigMapping() {
            add(inner, at: ConfigPath.join(path, key: key))
        }
        for (position, element) in (node.list ?? []).enumerated() {
            add(element, at: ConfigPath.join(path, index: position))
        }
    }
}

extension ConfigNode {
    /// Whether what is in the value may have been set elsewhere than the value itself: in every
    /// mapping, and in lists that hold one or of which an element was changed.
    fileprivate var holdsSeveralPlaces: Bool {
        if let mapping { return !mapping.isEmpty }
        return list?.contains { !$0.overridden.isEmpty || $0.holdsSeveralPlaces } ?? false
    }
}
