// Swift code writes configs as it would write them in JSON: `["type": "SGD", "lr": 0.1]`.

extension ConfigNode: ExpressibleByNilLiteral {
    /// Writes `null`.
    public init(nilLiteral: ()) { self.init(.null) }
}

extension ConfigNode: ExpressibleByBooleanLiteral {
    /// Writes `true` or `false`.
    public init(booleanLiteral value: Bool) { self.init(.bool(value)) }
}

extension ConfigNode: ExpressibleByIntegerLiteral {
    /// Writes a whole number.
    public init(integerLiteral value: Int) { self.init(.int(value)) }
}

extension ConfigNode: ExpressibleByFloatLiteral {
    /// Writes a number.
    public init(floatLiteral value: Double) { self.init(.double(value)) }
}

extension ConfigNode: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// Writes a text.
    public init(stringLiteral value: String) { self.init(.string(value)) }
}

extension ConfigNode: ExpressibleByArrayLiteral {
    /// Writes a list.
    public init(arrayLiteral elements: ConfigNode...) { self.init(.list(elements)) }
}

extension ConfigNode: ExpressibleByDictionaryLiteral {
    /// Writes a mapping; of a repeated key the last value counts.
    public init(dictionaryLiteral elements: (String, ConfigNode)...) {
        self.init(.mapping(ConfigMapping(elements.map { (key: $0.0, node: $0.1) })))
    }
}
