/// A setting of a parameter group, as PyTorch keeps it in the group's dictionary.
public indirect enum OptionValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case pair(Double, Double)
    /// Any other tuple, such as one with a null in it.
    case tuple([OptionValue])

    /// The setting as a number, where it is one.
    public var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        case .null, .bool, .pair, .tuple: nil
        }
    }
}
