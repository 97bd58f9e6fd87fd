/// Reads one mapping of a config and remembers which keys were read, so that none is ignored
/// unnoticed.
public struct ConfigReader {
    /// The way to the mapping, for messages.
    public let path: String
    /// The mapping as it stands in the config.
    public let node: ConfigNode
    /// The keys read so far, those the mapping lacks included.
    public private(set) var readKeys: Set<String> = []

    private let entries: ConfigMapping
    /// The keys asked for, in order: what messages may suggest.
    private var askedKeys: [String] = []

    /// Begins to read a mapping.
    ///
    /// - Parameters:
    ///   - node: The mapping.
    ///   - path: The way to it, for messages.
    /// - Throws: `ConfigError` if the value is no mapping.
    public init(_ node: ConfigNode, at path: String) throws {
        guard let entries = node.mapping else {
            throw ConfigError(at: node, path: path, expected: "a mapping")
        }
        self.path = path
        self.node = node
        self.entries = entries
    }

    /// Whether the mapping has a key; the key does not count as read.
    public func has(_ key: String) -> Bool { entries[key] != nil }

    /// The value under a key as it stands, or `nil` where the key is absent.
    public mutating func node(_ key: String) -> ConfigNode? {
        ignore(key)
        return entries[key]
    }

    /// Accepts keys that mean nothing here.
    public mutating func ignore(_ keys: String...) {
        for key in keys where readKeys.insert(key).inserted { askedKeys.append(key) }
    }

    /// Reads a key that must be there.
    public mutating func required<T: ConfigDecodable>(
        _ key: String, as type: T.Type = T.self
    ) throws -> T {
        guard let value = node(key) else { throw missing(key) }
        return try T(config: value, at: path(to: key))
    }

    /// Reads a key that may be absent or `null`: both give `nil`.
    public mutating func optional<T: ConfigDecodable>(
        _ key: String, as type: T.Type = T.self
    ) throws -> T? {
        try given(key).map { try T(config: $0, at: path(to: key)) }
    }

    /// Reads a key that may be absent.
    public mutating func value<T: ConfigDecodable>(_ key: String, default: T) throws -> T {
        guard let value = node(key) else { return `default` }
        return try T(config: value, at: path(to: key))
    }

    /// Reads the mapping under a key, of which every key must be read; absent or `null` gives
    /// `nil`.
    public mutating func nested<R>(
        _ key: String, _ body: (inout ConfigReader) throws -> R
    ) throws -> R? {
        try given(key).map { try $0.decode(at: path(to: key), body) }
    }

    /// Reads the list of mappings under a key, of which every key must be read; absent or `null`
    /// gives `nil`.
    public mutating func nestedList<R>(
        _ key: String, _ body: (inout ConfigReader) throws -> R
    ) throws -> [R]? {
        try list(key)?.decodeEach(at: path(to: key)) { try $0.decode(at: $1, body) }
    }

    /// Builds the component under a key; absent or `null` gives `nil`.
    public mutating func build<P>(
        _ key: String, from registry: Registry<P>, _ context: BuildContext
    ) throws -> P? {
        try given(key).map { try registry.build($0, at: path(to: key), context) }
    }

    /// Builds the components of the list under a key; absent or `null` gives `nil`.
    public mutating func buildList<P>(
        _ key: String, from registry: Registry<P>, _ context: BuildContext
    ) throws -> [P]? {
        try list(key)?.decodeEach(at: path(to: key)) { try registry.build($0, at: $1, context) }
    }

    /// The entries nobody has read yet, in order.
    public var unreadKeys: [String] { entries.keys.filter { !readKeys.contains($0) } }

    /// Takes all entries nobody has read yet.
    public mutating func remaining() -> [(String, ConfigNode)] {
        let rest = entries.filter { !readKeys.contains($0.key) }
        for entry in rest { readKeys.insert(entry.key) }
        return rest.map { ($0.key, $0.node) }
    }

    /// The way to a key of this mapping.
    public func path(to key: String) -> String { ConfigPath.join(path, key: key) }

    /// An error about a key of this mapping, or about the mapping itself.
    ///
    /// - Parameters:
    ///   - key: The key; its value is pointed at if the mapping has it.
    ///   - problem: What is wrong, lower case and without a full stop.
    ///   - expected: What should be there; the message adds what is.
    ///   - remedy: What to do about it.
    /// - Returns: The error, to be thrown.
    public func failure(
        _ key: String?, _ problem: String, expected: String? = nil, remedy: String? = nil
    ) -> ConfigError {
        let value = key.flatMap { entries[$0] }
        var text = problem
        if let expected {
            text += text.isEmpty ? "expected \(expected)" : ", expected \(expected)"
            if let value { text += ", got \(value.value.summary)" }
        }
        return ConfigError(
            at: value ?? node, path: key.map { path(to: $0) } ?? path, problem: text, remedy: remedy
        )
    }

    /// An error about a name under a key, which is none of those known as a `kind`.
    package func unknownComponent(
        _ kind: String, _ name: String, at key: String = "type", among known: [String]
    ) -> ConfigError {
        failure(
            key, "\"\(name)\" is not a known \(kind)",
            remedy: Spelling.suggestion(for: name, among: known).map { "did you mean \"\($0)\"?" }
                ?? "known: \(known.joined(separator: ", "))")
    }

    /// Reports all keys that nobody read, if there are any.
    ///
    /// - Throws: `ConfigError` with one issue a key.
    public func checkAllRead() throws {
        let unknown = unreadKeys
        guard !unknown.isEmpty else { return }
        throw ConfigError(issues: unknown.map(unknownKey))
    }

    private mutating func given(_ key: String) -> ConfigNode? {
        guard let value = node(key), !value.isNull else { return nil }
        return value
    }

    private mutating func list(_ key: String) throws -> [ConfigNode]? {
        guard let value = given(key) else { return nil }
        guard let elements = value.list else {
            throw ConfigError(at: value, path: path(to: key), expected: "a list")
        }
        return elements
    }

    private func unknownKey(_ key: String) -> ConfigIssue {
        // A key that is there may be meant all the same: a base has it, the override misspells it. Of two
        // that are equally close the absent one is.
        let candidates =
            askedKeys.filter { entries[$0] == nil } + askedKeys.filter { entries[$0] != nil }
        let remedy =
            Spelling.suggestion(for: key, among: candidates).map { "did you mean \($0)?" }
            ?? (askedKeys.isEmpty ? nil : "known: \(askedKeys.joined(separator: ", "))")
        return ConfigIssue(
            unknownKeyOf: entries[key] ?? node, path: path(to: key), problem: "unknown key",
            remedy: remedy)
    }

    /// A missing key may stand there misspelt: then that is the message, and the only one.
    private func missing(_ key: String) -> ConfigError {
        if let misspelt = unreadKeys.first(where: {
            Spelling.suggestion(for: $0, among: [key]) != nil
        }), let value = entries[misspelt] {
            return ConfigError(
                ConfigIssue(
                    at: value, pointingAt: .key, path: path(to: misspelt), problem: "unknown key",
                    remedy: "did you mean \(key)?"))
        }
        return ConfigError(at: node, path: path(to: key), problem: "required key is missing")
    }
}

extension ConfigNode {
    /// Reads a mapping, then rejects every key that `body` did not read.
    ///
    /// - Parameters:
    ///   - path: The way to this value, for messages.
    ///   - body: Reads the keys and makes the result.
    /// - Returns: What `body` made.
    /// - Throws: `ConfigError` if this is no mapping or has unknown keys; whatever `body` throws.
    public func decode<R>(
        at path: String, _ body: (inout ConfigReader) throws -> R
    ) throws -> R {
        var reader = try ConfigReader(self, at: path)
        let result = try body(&reader)
        try reader.checkAllRead()
        return result
    }
}
