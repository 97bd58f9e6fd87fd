extension ConfigWriter {
    /// Writes a config so that it reads back to the same values, tuples as lists in JSON.
    ///
    /// Errors: throws `ConfigError` for a top-level key that Python cannot have as a name.
    ///
    /// - Parameters:
    ///   - root: The config, a mapping.
    ///   - notation: How to write it.
    /// - Returns: The text, with a newline at its end.
    /// - Throws: `ConfigError`.
    public static func text(_ root: ConfigNode, as notation: ConfigNotation) throws -> String {
        switch notation {
        case .python:
            try checkNames(root)
            return python(root)
        case .json: return json(root) + "\n"
        case .yaml: return yaml(root)
        }
    }

    /// Writes a value on one line.
    ///
    /// - Parameters:
    ///   - node: The value.
    ///   - notation: How to write it.
    ///   - limit: Where to cut it off; nil writes all of it.
    /// - Returns: The text.
    public static func line(
        _ node: ConfigNode, as notation: ConfigNotation, limit: Int? = nil
    ) -> String {
        let text =
            switch notation {
            case .python: pythonLine(node)
            case .json: json(node, indent: nil)
            case .yaml: yamlLine(node)
            }
        guard let limit, text.count > limit else { return text }
        return text.prefix(limit - 3) + "..."
    }
}
