/// Fills in `{{ _base_.a.b }}`: the values that a file takes over from its bases under another
/// name.
///
/// Source: `Config._substitute_base_vars` in MMCV. Unlike there, a reference inside a longer string
/// is filled in.
struct BaseReferences {
    private let bases: ConfigMapping
    private let hasBases: Bool

    /// - Parameters:
    ///   - bases: What the file inherits, before its own values are merged in.
    ///   - hasBases: Whether the file names a base at all.
    init(bases: ConfigMapping, hasBases: Bool) {
        self.bases = bases
        self.hasBases = hasBases
    }

    /// The value with all references in it resolved.
    func resolving(_ node: ConfigNode, at path: String) throws(ConfigError) -> ConfigNode {
        switch node.value {
        case .string(let text) where text.contains("{{"):
            return try resolving(text, of: node, at: path)
        case .list(let elements):
            return node.holding(.list(try resolving(elements, at: path)))
        case .tuple(let elements):
            return node.holding(.tuple(try resolving(elements, at: path)))
        case .mapping(var entries):
            for (key, inner) in entries {
                entries[key] = try resolving(inner, at: ConfigPath.join(path, key: key))
            }
            return node.holding(.mapping(entries))
        default:
            return node
        }
    }

    private func resolving(
        _ elements: [ConfigNode], at path: String
    ) throws(ConfigError) -> [ConfigNode] {
        var result: [ConfigNode] = []
        for (position, element) in elements.enumerated() {
            result.append(try resolving(element, at: ConfigPath.join(path, index: position)))
        }
        return result
    }

    private func resolving(
        _ text: String, of node: ConfigNode, at path: String
    ) throws(ConfigError) -> ConfigNode {
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "{{"),
            let close = rest[open.upperBound...].firstRange(of: "}}")
        {
            let inside = rest[open.upperBound..<close.lowerBound]
            result += rest[..<open.lowerBound]
            rest = rest[close.upperBound...]
            guard let name = Self.reference(in: inside) else {
                result += "{{\(inside)}}"
                continue
            }
            let value = try lookUp(name, for: node, at: path)
            if result.isEmpty, rest.isEmpty { return value }
            result += try string(of: value, named: name, for: node, at: path)
        }
        return ConfigNode(.string(result + rest), origin: node.origin)
    }

    /// The `a.b` of `_base_.a.b`, or `nil` for other words in braces.
    private static func reference(in inside: Substring) -> String? {
        let word = inside.split(whereSeparator: \.isWhitespace)
        guard word.count == 1, word[0].hasPrefix("_base_.") else { return nil }
        return String(word[0].dropFirst("_base_.".count))
    }

    /// The reference that a text begins with, and the offset behind it.
    static func reference(in text: ArraySlice<UInt8>) -> (name: String, end: Int)? {
        guard text.starts(with: "{{".utf8) else { return nil }
        let start = text.dropFirst(2).drop(while: \.isSpace)
        let prefix = "_base_.".utf8
        guard start.starts(with: prefix) else { return nil }
        let name = start.dropFirst(prefix.count).prefix {
            $0.isNameStart || $0.isDigit || $0 == UInt8(ascii: ".")
        }
        let end = text[name.endIndex...].drop(while: \.isSpace)
        guard !name.isEmpty, end.starts(with: "}}".utf8) else { return nil }
        return (String(decoding: name, as: UTF8.self), end.startIndex + 2)
    }

    /// The value of the bases that a reference means.
    func lookUp(
        _ name: String, for node: ConfigNode, at path: String
    ) throws(ConfigError) -> ConfigNode {
        guard hasBases else {
            throw ConfigError(
                at: node, path: path,
                problem: "{{_base_.\(name)}} refers to a base, but the file has none",
                remedy: "add \"_base_\"")
        }
        let root = ConfigNode(.mapping(bases))
        if let value = root.at(path: name) { return value }
        let parts = name.split(separator: ".").map(String.init)
        let depth = parts.indices.first {
            root.at(path: parts[...$0].joined(separator: ".")) == nil
        }
        let parent = depth.flatMap {
            $0 == 0 ? root : root.at(path: parts[..<$0].joined(separator: "."))
        }
        let suggestion = depth.flatMap {
            Spelling.suggestion(for: parts[$0], among: parent?.mapping?.keys ?? [])
        }
        throw ConfigError(
            at: node, path: path, problem: "{{_base_.\(name)}} is in none of the bases",
            remedy: suggestion.map { "did you mean \($0)?" })
    }

    private func string(
        of value: ConfigNode, named name: String, for node: ConfigNode, at path: String
    ) throws(ConfigError) -> String {
        switch value.value {
        case .string(let text): return text
        case .int(let number): return String(number)
        case .double(let number): return String(number)
        default:
            throw ConfigError(
                at: node, path: path,
                problem:
                    "{{_base_.\(name)}} is \(value.value.summary) and cannot be part of a string")
        }
    }
}
