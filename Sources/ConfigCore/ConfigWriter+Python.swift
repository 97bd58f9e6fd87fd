extension ConfigWriter {
    /// Writes a config as a Python file that MMCV reads back to the same values:
    /// `optimizer = dict(type="SGD", lr=0.1)`.
    ///
    /// Top-level keys that are no Python names are left out.
    ///
    /// - Parameter node: The config, a mapping.
    /// - Returns: The text, one assignment a key.
    public static func python(_ node: ConfigNode) -> String {
        (node.mapping ?? ConfigMapping()).filter { isPythonName($0.key) }
            .map { "\($0.key) = \(pythonLiteral($0.node, depth: 0))\n" }.joined()
    }

    private static func pythonLiteral(_ node: ConfigNode, depth: Int?) -> String {
        switch node.value {
        case .null: "None"
        case .bool(let value): value ? "True" : "False"
        case .int(let value): String(value)
        case .double(let value): value.isFinite ? value.description : "float(\"\(value)\")"
        case .string(let value): quoted(value)
        case .list(let elements):
            pythonItems("[", "]", depth) { inner in
                elements.map { pythonLiteral($0, depth: inner) }
            }
        case .tuple(let elements):
            // The comma tells one element in a tuple from one in parentheses.
            pythonItems("(", elements.count == 1 ? ",)" : ")", depth) { inner in
                elements.map { pythonLiteral($0, depth: inner) }
            }
        case .mapping(let entries):
            if entries.allSatisfy({ isPythonName($0.key) }) {
                pythonItems("dict(", ")", depth) { inner in
                    entries.map { "\($0.key)=\(pythonLiteral($0.node, depth: inner))" }
                }
            } else {
                pythonItems("{", "}", depth) { inner in
                    entries.map { "\(quoted($0.key)): \(pythonLiteral($0.node, depth: inner))" }
                }
            }
        }
    }

    /// The items on one line where they fit or no depth is given, else on a line each.
    private static func pythonItems(
        _ open: String, _ close: String, _ depth: Int?, _ items: (Int?) -> [String]
    ) -> String {
        let line = open + items(nil).joined(separator: ", ") + close
        guard let depth, line.count + 4 * depth > lineWidth else { return line }
        let indent = String(repeating: "    ", count: depth + 1)
        return open + "\n" + items(depth + 1).map { indent + $0 }.joined(separator: ",\n") + close
    }

    /// A value on one line.
    static func pythonLine(_ node: ConfigNode) -> String { pythonLiteral(node, depth: nil) }

    /// Refuses top-level keys that could not be assigned to, or would not be kept.
    static func checkNames(_ root: ConfigNode) throws(ConfigError) {
        let issues = (root.mapping ?? ConfigMapping()).compactMap { key, node -> ConfigIssue? in
            // MMCV leaves out what begins so, and the file itself calls the functions.
            let problem: String? =
                if !isPythonName(key) {
                    "no name in Python, so that it cannot stand at the top of a .py config"
                } else if key.hasPrefix("__") || ["dict", "float"].contains(key) {
                    "a name with a meaning of its own in Python"
                } else {
                    nil
                }
            return problem.map {
                ConfigIssue(
                    at: node, pointingAt: .key, path: ConfigPath.join("", key: key), problem: $0,
                    remedy: "write JSON or YAML")
            }
        }
        guard issues.isEmpty else { throw ConfigError(issues: issues) }
    }

    private static func isPythonName(_ key: String) -> Bool {
        let scalars = key.unicodeScalars
        guard let first = scalars.first, first == "_" || isLetter(first) else { return false }
        return scalars.allSatisfy { $0 == "_" || isLetter($0) || ("0"..."9").contains($0) }
            && !pythonKeywords.contains(key)
    }

    static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }

    private static let pythonKeywords: Set<String> = [
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class",
        "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global",
        "if",
        "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try",
        "while", "with", "yield",
    ]
}
