/// What a PyTorch file holds: plain values, nothing that runs.
public enum TorchValue: Sendable {
    case none
    case bool(Bool)
    case int(Int)
    /// An integer beyond 64 bits, in decimal.
    case bigInteger(String)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    indirect case tensor(TorchTensor)
    case list([TorchValue])
    case tuple([TorchValue])
    case set([TorchValue])
    indirect case dictionary(TorchDictionary)
    indirect case object(TorchObject)
}

extension TorchValue {
    /// The text, if this is a string.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The truth value, if this is one.
    public var bool: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// The number, if this is an integer.
    public var int: Int? {
        if case .int(let number) = self { number } else { nil }
    }

    /// The number, if this is an integer or a floating-point number.
    public var double: Double? {
        switch self {
        case .double(let number): number
        case .int(let number): Double(number)
        default: nil
        }
    }

    /// The elements, if this is a list or a tuple.
    public var elements: [TorchValue]? {
        switch self {
        case .list(let elements), .tuple(let elements): elements
        default: nil
        }
    }

    /// The tensor, if this is one.
    public var tensor: TorchTensor? {
        if case .tensor(let tensor) = self { tensor } else { nil }
    }

    /// The entries, if this is a dictionary.
    public var dictionary: TorchDictionary? {
        if case .dictionary(let dictionary) = self { dictionary } else { nil }
    }

    /// The entry under a name, if this is a dictionary that has it.
    public subscript(name: String) -> TorchValue? { dictionary?[name] }
}

extension TorchValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByNilLiteral
{
    /// Makes Python's `True` or `False`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// Makes an integer.
    public init(integerLiteral value: Int) { self = .int(value) }
    /// Makes a floating-point number.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// Makes a string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// Makes Python's `None`.
    public init(nilLiteral: ()) { self = .none }
}

/// A Python object that was read as inert data: its class was named, and nothing was run.
public struct TorchObject: Sendable {
    /// The class with its module, such as `torch.device`.
    public let className: String
    /// Whether this is the named thing itself (a class, or a dtype such as `torch.float16`).
    public let isClass: Bool
    /// What the class would be called with.
    public let arguments: [TorchValue]
    /// The attributes the object would be given, nearly always a dictionary.
    public let state: TorchValue?
    /// The elements, for a kind of list.
    public let elements: [TorchValue]
    /// The entries, for a kind of dictionary.
    public let entries: TorchDictionary

    /// Describes an object.
    public init(
        className: String, isClass: Bool = false, arguments: [TorchValue] = [],
        state: TorchValue? = nil, elements: [TorchValue] = [],
        entries: TorchDictionary = TorchDictionary()
    ) {
        self.className = className
        self.isClass = isClass
        self.arguments = arguments
        self.state = state
        self.elements = elements
        self.entries = entries
    }
}
