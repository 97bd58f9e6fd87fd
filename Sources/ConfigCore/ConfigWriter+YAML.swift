extension ConfigWriter {
    private static let tupleTag = "!!python/tuple"

    /// Writes a config as YAML that PyYAML's `Loader`, and so MMCV, reads back to the same values.
    ///
    /// - Parameter node: The config.
    /// - Returns: The text, with a newline at its end.
    public static func yaml(_ node: ConfigNode) -> String {
        var text = ""
        writeYAML(node, to: &text, depth: 0, context: .start)
        return text
    }

    /// What stands in front of a value on its line.
    private enum Context {
        case start, key, dash
    }

    private static func writeYAML(
        _ node: ConfigNode, to text: inout String, depth: Int, context: Context
    ) {
        if fitsYAMLLine(node, depth: depth) {
            text += (context == .key ? " " : "") + yamlLine(node) + "\n"
        } else if let entries = node.mapping {
            if context == .key { text += "\n" }
            for (position, entry) in entries.enumerated() {
                // The first entry stands behind the dash of the list it is in.
                if context != .dash || position > 0 { text += indentation(depth) }
                text += yamlString(entry.key) + ":"
                writeYAML(entry.node, to: &text, depth: depth + 1, context: .key)
            }
        } else if let elements = node.list {
            let isTuple = if case .tuple = node.value { true } else { false }
            if isTuple { text += (context == .key ? " " : "") + tupleTag }
            let breaksLine = context == .key || isTuple
            if breaksLine { text += "\n" }
            for (position, element) in elements.enumerated() {
                if breaksLine || context == .start || position > 0 { text += indentation(depth) }
                text += "- "
                writeYAML(element, to: &text, depth: depth + 1, context: .dash)
            }
        }
    }

    private static func indentation(_ depth: Int) -> String {
        String(repeating: "  ", count: depth)
    }

    /// Single values, what is empty, and lists without mappings that are not too long.
    private static func fitsYAMLLine(_ node: ConfigNode, depth: Int) -> Bool {
        if let mapping = node.mapping { return mapping.isEmpty }
        guard let elements = node.list, !elements.isEmpty else { return true }
        return !hasMapping(node) && yamlLine(node).count + 2 * depth <= lineWidth
    }

    /// A value on one line.
    static func yamlLine(_ node: ConfigNode) -> String {
        func items(_ elements: [ConfigNode]) -> String {
            "[\(elements.map(yamlLine).joined(separator: ", "))]"
        }
        switch node.value {
        case .null: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .int(let value): return String(value)
        case .double(let value): return yamlNumber(value)
        case .string(let value): return yamlString(value)
        case .list(let elements): return items(elements)
        case .tuple(let elements): return "\(tupleTag) \(items(elements))"
        case .mapping(let entries):
            let items = entries.map { "\(yamlString($0.key)): \(yamlLine($0.node))" }
            return "{\(items.joined(separator: ", "))}"
        }
    }

    /// A float as YAML 1.1 tells it from a string: with a point also in front of an exponent.
    private static func yamlNumber(_ value: Double) -> String {
        if value.isNaN { return ".nan" }
        if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
        let text = value.description
        guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
        return text[..<exponent] + ".0" + text[exponent...]
    }

    /// A string without quotes where nobody could take it for anything else.
    private static func yamlString(_ string: String) -> String {
        func isPlain(_ scalar: Unicode.Scalar) -> Bool {
            isLetter(scalar) || ("0"..."9").contains(scalar)
                || "_./-".unicodeScalars.contains(scalar)
        }
        let scalars = string.unicodeScalars
        guard let first = scalars.first, first == "_" || isLetter(first),
            scalars.allSatisfy(isPlain), !yamlWords.contains(string.lowercased())
        else { return quoted(string) }
        return string
    }

    /// The words that some version of YAML takes for a truth value, a number or nothing.
    private static let yamlWords: Set<String> = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf",
    ]
}
