/// A type that a single config value turns into.
public protocol ConfigDecodable {
    /// Reads the value of `node`, which messages call `path`.
    init(config node: ConfigNode, at path: String) throws
}

extension ConfigNode: ConfigDecodable {
    /// Takes any value as it is.
    public init(config node: ConfigNode, at path: String) { self = node }
}

extension Bool: ConfigDecodable {
    /// Takes `true` and `false`.
    public init(config node: ConfigNode, at path: String) throws {
        guard let value = node.bool else {
            throw ConfigError(at: node, path: path, expected: "true or false")
        }
        self = value
    }
}

extension Int: ConfigDecodable {
    /// Takes whole numbers, `3.0` as well as `3`.
    public init(config node: ConfigNode, at path: String) throws {
        guard let value = node.int else {
            throw ConfigError(at: node, path: path, expected: "an integer")
        }
        self = value
    }
}

extension Double: ConfigDecodable {
    /// Takes every number.
    public init(config node: ConfigNode, at path: String) throws {
        guard let value = node.double else {
            throw ConfigError(at: node, path: path, expected: "a number")
        }
        self = value
    }
}

extension String: ConfigDecodable {
    /// Takes texts.
    public init(config node: ConfigNode, at path: String) throws {
        guard let value = node.string else {
            throw ConfigError(at: node, path: path, expected: "a string")
        }
        self = value
    }
}

extension Array: ConfigDecodable where Element: ConfigDecodable {
    /// Takes lists and tuples, and reports every element that does not fit.
    public init(config node: ConfigNode, at path: String) throws {
        guard let elements = node.list else {
            throw ConfigError(at: node, path: path, expected: "a list")
        }
        self = try elements.decodeEach(at: path) { try Element(config: $0, at: $1) }
    }
}

extension Optional: ConfigDecodable where Wrapped: ConfigDecodable {
    /// Takes `null` as nothing.
    public init(config node: ConfigNode, at path: String) throws {
        self = node.isNull ? nil : try Wrapped(config: node, at: path)
    }
}

extension [ConfigNode] {
    /// Decodes the elements of the list at `path`; what is wrong with them is reported together.
    func decodeEach<R>(at path: String, _ body: (ConfigNode, String) throws -> R) throws -> [R] {
        var issues: [ConfigIssue] = []
        var results: [R] = []
        for (position, element) in enumerated() {
            do {
                results.append(try body(element, ConfigPath.join(path, index: position)))
            } catch let error as ConfigError {
                issues += error.issues
            }
        }
        guard issues.isEmpty else { throw ConfigError(issues: issues) }
        return results
    }
}
