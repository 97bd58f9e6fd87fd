/// Writes configs as text.
public enum ConfigWriter {
    /// The width up to which a list without mappings stays on one line.
    static let lineWidth = 80

    /// Writes a config as JSON that Python's `json` reads back to the same values, tuples as lists.
    ///
    /// Keys keep their order, floats stay floats (`1.0`), and what is not finite is written as
    /// `NaN` and `Infinity`.
    ///
    /// - Parameters:
    ///   - node: The config.
    ///   - indent: Spaces a level; `nil` writes everything on one line.
    /// - Returns: The text, without a newline at its end.
    public static func json(_ node: ConfigNode, indent: Int? = 4) -> String {
        var text = ""
        write(node, to: &text, indent: indent, depth: 0)
        return text
    }

    private static func write(
        _ node: ConfigNode, to text: inout String, indent: Int?, depth: Int
    ) {
        switch node.value {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .int(let value): text += String(value)
        case .double(let value): text += number(value)
        case .string(let value): text += quoted(value)
        case .list(let elements), .tuple(let elements):
            if let indent, let line = oneLine(node), line.count + indent * depth <= lineWidth {
                text += line
                return
            }
            writeItems(elements, "[", "]", to: &text, indent: indent, depth: depth) {
                write($0, to: &$1, indent: indent, depth: depth + 1)
            }
        case .mapping(let entries):
            writeItems(entries, "{", "}", to: &text, indent: indent, depth: depth) {
                $1 += quoted($0.key) + ": "
                write($0.node, to: &$1, indent: indent, depth: depth + 1)
            }
        }
    }

    private static func writeItems<Items: Collection>(
        _ items: Items, _ open: String, _ close: String, to text: inout String, indent: Int?,
        depth: Int, _ writeItem: (Items.Element, inout String) -> Void
    ) {
        func newLine(_ depth: Int) -> String {
            indent.map { "\n" + String(repeating: " ", count: $0 * depth) } ?? ""
        }
        text += open
        for (position, item) in items.enumerated() {
            if position > 0 { text += indent == nil ? ", " : "," }
            text += newLine(depth + 1)
            writeItem(item, &text)
        }
        if !items.isEmpty { text += newLine(depth) }
        text += close
    }

    /// A list on one line, unless there is a mapping in it.
    private static func oneLine(_ node: ConfigNode) -> String? {
        hasMapping(node) ? nil : json(node, indent: nil)
    }

    static func hasMapping(_ node: ConfigNode) -> Bool {
        node.mapping != nil || node.list?.contains(where: hasMapping) ?? false
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        return value.description
    }

    /// A string in double quotes, as JSON, Python and YAML all read it.
    static func quoted(_ string: String) -> String {
        var text = "\""
        let scalars = string.unicodeScalars
        for (index, scalar) in zip(scalars.indices, scalars) {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "{" where beginsReference(scalars[index...]): text += escaped(scalar)
            case _ where needsEscape(scalar): text += escaped(scalar)
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }

    /// Whether a reader of configs would fill something in here, as for `{{ fileDirname }}`.
    private static func beginsReference(_ text: Substring.UnicodeScalarView) -> Bool {
        guard text.dropFirst().first == "{" else { return false }
        let word = String(text.dropFirst(2).drop { $0.properties.isWhitespace || $0 == "'" })
        return ["fileDirname", "fileBasename", "fileExtname", "_base_", "$"].contains {
            word.hasPrefix($0)
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// Control characters, and what YAML takes for the end of a line or refuses.
    private static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
        default: false
        }
    }
}
