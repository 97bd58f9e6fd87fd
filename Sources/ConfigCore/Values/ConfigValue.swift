/// A value of a config, as JSON, YAML and Python literals have them.
public indirect enum ConfigValue: Sendable, Equatable {
    /// `null`, or `None`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number.
    case int(Int)
    /// A number written with a fraction or an exponent, or too large for 64 bits.
    case double(Double)
    /// A text.
    case string(String)
    /// A list.
    case list([ConfigNode])
    /// A tuple; JSON has none, so whoever reads a tuple takes a list as well.
    case tuple([ConfigNode])
    /// Keys with values, in the order they were written.
    case mapping(ConfigMapping)

    /// The value as messages name it: `the string "0.1"`, `the number 3`, `a list`.
    public var summary: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .int(let value): "the number \(value)"
        case .double(let value): "the number \(value)"
        case .string(let value): "the string \"\(value)\""
        case .list: "a list"
        case .tuple: "a tuple"
        case .mapping: "a mapping"
        }
    }
}
