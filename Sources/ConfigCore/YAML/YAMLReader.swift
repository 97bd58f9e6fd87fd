internal import Yams

/// Reads YAML with Yams, which decides what is valid; what plain words mean is decided as PyYAML
/// does (`yes` is true, `1e-3` is a string).
struct YAMLReader {
    /// How deep lists and mappings may stand in each other.
    private static let depthLimit = 200
    /// How many values a file may hold, those of aliases counted wherever they are used.
    private static let valueLimit = 1_000_000

    private static let tooDeep = "lists and mappings are nested more than 200 deep"

    private let source: ConfigSource
    private let text: ExpandedText
    private let lineStarts: [Int]
    private let marks: YAMLByteOrderMarks
    private var values = 0

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - text: The text with placeholders expanded.
    ///   - name: The file as the user named it.
    ///   - original: The text as the user wrote it.
    /// - Returns: The value, whose nodes know their places in `original`.
    /// - Throws: `ConfigError` at the line and column where the text stops being YAML.
    static func read(_ text: ExpandedText, name: String, original: [UInt8]) throws(ConfigError)
        -> ConfigNode
    {
        var reader = YAMLReader(text, name: name, original: original)
        if let offset = YAMLAliases.costlyKey(in: text.bytes) {
            throw reader.error(
                at: offset, "a key that is no text, in a file with many aliases",
                remedy: "write the key as text")
        }
        let root: Node?
        do {
            // Without rules: PyYAML's are applied below.
            let parser = try Parser(
                yaml: String(decoding: text.bytes, as: UTF8.self), resolver: .basic,
                encoding: .utf8)
            root = try parser.singleRoot()
        } catch let error as YamlError {
            throw reader.error(error)
        } catch {
            throw reader.error(at: 0, "not valid YAML: \(error)")
        }
        guard let root else {
            throw ConfigError(ConfigIssue(place: name, problem: "the file is empty"))
        }
        return try reader.node(root, key: nil, depth: 1)
    }

    private init(_ text: ExpandedText, name: String, original: [UInt8]) {
        source = ConfigSource(name: name, text: original)
        self.text = text
        marks = YAMLByteOrderMarks(text.bytes)
        lineStarts =
            [0] + text.bytes.indices.filter { text.bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }

    // MARK: Values

    private mutating func node(
        _ node: Node, key: Node?, depth: Int
    ) throws(ConfigError) -> ConfigNode {
        values += 1
        guard values <= Self.valueLimit else {
            throw error(
                at: node, "the file holds more than 1000000 values; aliases count each time")
        }
        guard depth <= Self.depthLimit else {
            throw error(at: node, Self.tooDeep)
        }
        let origin = ConfigOrigin.text(
            source, key: key.map { original(of: $0) }, value: original(of: node))
        let value: ConfigValue
        switch node {
        case .scalar(let scalar):
            value = try self.value(of: scalar, tag: scalar.tag.rawValue, node)
        case .sequence(let sequence): value = try list(sequence, node, depth)
        case .mapping(let mapping): value = .mapping(try entries(mapping, node, depth))
        case .alias: throw error(at: node, "an alias of something that is not there")
        }
        return ConfigNode(value, origin: origin)
    }

    private func value(
        of scalar: Node.Scalar, tag: String, _ node: Node
    ) throws(ConfigError) -> ConfigValue {
        let isPlain = scalar.style == .plain || scalar.style == .any
        do throws(YAMLScalar.Problem) {
            let mark = node.mark.map { expanded(line: $0.line, column: $0.column) }
            let hasMark = mark.map(marks.precedesWord) ?? false
            return try YAMLScalar.value(
                (hasMark ? "\u{FEFF}" : "") + scalar.string, tag: tag, isPlain: isPlain)
        } catch {
            throw self.error(at: node, error.problem, remedy: error.remedy)
        }
    }

    private mutating func list(
        _ sequence: Node.Sequence, _ node: Node, _ depth: Int
    ) throws(ConfigError) -> ConfigValue {
        var elements: [ConfigNode] = []
        for element in sequence {
            elements.append(try self.node(element, key: nil, depth: depth + 1))
        }
        switch YAMLScalar.shortTag(sequence.tag.rawValue) {
        case "", "!", "seq", "python/list": return .list(elements)
        case "python/tuple": return .tuple(elements)
        case let tag: throw unknownTag(tag, node)
        }
    }

    private mutating func entries(
        _ mapping: Node.Mapping, _ node: Node, _ depth: Int
    ) throws(ConfigError) -> ConfigMapping {
        let tag = YAMLScalar.shortTag(mapping.tag.rawValue)
        guard ["", "!", "map", "python/dict"].contains(tag) else { throw unknownTag(tag, node) }
        // What is merged in comes first, whatever its place, and gives way to the mapping's own.
        var entries = ConfigMapping()
        for (key, value) in mapping where Self.isMerge(key) {
            try merge(value, depth, into: &entries)
        }
        for (key, value) in mapping where !Self.isMerge(key) {
            entries[try name(of: key)] = try self.node(value, key: key, depth: depth + 1)
        }
        return entries
    }

    private static func isMerge(_ key: Node) -> Bool {
        guard case .scalar(let scalar) = key else { return false }
        return scalar.string == "<<" && scalar.style == .plain
    }

    /// Puts the entries of a mapping, or of a list of them, into one; of a list the first counts.
    private mutating func merge(
        _ value: Node, _ depth: Int, into entries: inout ConfigMapping
    ) throws(ConfigError) {
        switch value {
        case .mapping(let mapping):
            guard depth <= Self.depthLimit else {
                throw error(at: value, Self.tooDeep)
            }
            for (key, node) in try self.entries(mapping, value, depth + 1) { entries[key] = node }
        case .sequence(let sequence) where sequence.allSatisfy({ $0.mapping != nil }):
            for element in sequence.reversed() { try merge(element, depth, into: &entries) }
        default:
            throw error(at: value, "<< takes a mapping, or a list of mappings")
        }
    }

    /// Keys are texts; numbers become texts.
    private func name(of key: Node) throws(ConfigError) -> String {
        guard case .scalar(let scalar) = key else {
            throw error(at: key, "a list or mapping as a key", remedy: "keys are texts")
        }
        // Comparing the keys made texts of all that have no tag.
        let isText = YAMLScalar.shortTag(scalar.tag.rawValue) == "str"
        switch try value(of: scalar, tag: isText ? "" : scalar.tag.rawValue, key) {
        case .string(let text): return text
        case .int(let number): return String(number)
        case .double: return scalar.string
        case let other:
            throw error(
                at: key, "\"\(scalar.string)\" is \(other.summary) in YAML and cannot be a key",
                remedy: "put it in quotes")
        }
    }

    private func unknownTag(_ tag: String, _ node: Node) -> ConfigError {
        let isPython = tag.hasPrefix("python/")
        return error(
            at: node,
            isPython ? "!!\(tag) runs Python: not supported" : "the tag \(tag) is not known",
            remedy: isPython ? "write the value itself" : nil)
    }

    // MARK: Places

    /// The byte of the original text that a node begins at.
    private func original(of node: Node) -> Int {
        node.mark.map { original(line: $0.line, column: $0.column) } ?? 0
    }

    /// The byte at a line and a column in characters, both counted from 1.
    private func original(line: Int, column: Int) -> Int {
        text.originalOffset(expanded(line: line, column: column))
    }

    private func expanded(line: Int, column: Int) -> Int {
        guard lineStarts.indices.contains(line - 1) else { return text.bytes.count }
        var offset = lineStarts[line - 1]
        var characters = column - 1
        while offset < text.bytes.count, text.bytes[offset] != UInt8(ascii: "\n") {
            // Continuation bytes of UTF-8 do not begin a character.
            if text.bytes[offset] & 0xC0 != 0x80 {
                if characters == 0 { break }
                characters -= 1
            }
            offset += 1
        }
        return offset
    }

    // MARK: Errors

    private func error(at node: Node, _ problem: String, remedy: String? = nil) -> ConfigError {
        error(atOriginal: original(of: node), problem, remedy: remedy)
    }

    private func error(at offset: Int, _ problem: String, remedy: String? = nil) -> ConfigError {
        error(atOriginal: text.originalOffset(offset), problem, remedy: remedy)
    }

    private func error(
        atOriginal offset: Int, _ problem: String, remedy: String?
    ) -> ConfigError {
        let place = source.location(ofByte: offset)
        return ConfigError(ConfigIssue(in: source, at: place, problem: problem, remedy: remedy))
    }

    private func error(_ error: YamlError) -> ConfigError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            let offset = expanded(line: mark.line, column: mark.column)
            if problem.hasPrefix("Maximum nesting level") {
                return self.error(at: offset, Self.tooDeep)
            }
            let isTab = offset < text.bytes.count && text.bytes[offset] == UInt8(ascii: "\t")
            return self.error(
                at: offset, "not valid YAML: \(problem)",
                remedy: isTab ? "YAML is indented with spaces" : nil)
        case .duplicatedKeysInMapping(let keys, let context):
            let offset = expanded(line: context.mark.line, column: context.mark.column)
            return self.error(
                at: offset, "the key \(keys.first ?? "") stands twice in a mapping",
                remedy: "remove one of them")
        case .reader(let problem, _, _, _):
            return self.error(at: 0, "not valid YAML: \(problem)")
        default:
            return self.error(at: 0, "not valid YAML: \(error)")
        }
    }
}
