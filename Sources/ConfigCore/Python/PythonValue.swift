/// A value while a Python config is computed.
///
/// Lists, tuples and dictionaries live in a `PythonHeap`, so that two names may share one and a
/// change through one name shows under the other, as in Python.
enum PythonValue {
    case none
    case bool(Bool)
    case int(Int)
    /// A whole number beyond 64 bits, by its decimal digits; it can only be written down.
    case hugeInt(String)
    case double(Double)
    case text(String)
    case list(Int)
    case tuple(Int)
    case dictionary(Int)
    /// A function of Python's own, by its name.
    case function(String)
    /// A method, and the value before its dot.
    indirect case method(String, of: PythonValue)
    /// The module `copy`.
    case copyModule

    init(_ constant: PythonConstant) {
        switch constant {
        case .none: self = .none
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .hugeInt(let digits): self = .hugeInt(digits)
        case .double(let value): self = .double(value)
        case .text(let value): self = .text(value)
        }
    }

    /// The value's type as messages name it.
    var summary: String {
        switch self {
        case .none: "None"
        case .bool: "a truth value"
        case .int, .hugeInt: "an integer"
        case .double: "a float"
        case .text: "a string"
        case .list: "a list"
        case .tuple: "a tuple"
        case .dictionary: "a dict"
        case .function(let name), .method(let name, _): "the function \(name)"
        case .copyModule: "the module copy"
        }
    }

    /// Whether both are one list, tuple or dictionary.
    func isSameObject(_ other: PythonValue) -> Bool {
        switch (self, other) {
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)),
            (.dictionary(let left), .dictionary(let right)):
            left == right
        default: false
        }
    }

    /// The whole number, as Python counts: a truth value is one.
    var integer: Int? {
        switch self {
        case .int(let value): value
        case .bool(let value): value ? 1 : 0
        default: nil
        }
    }

    /// The number, as Python counts: a truth value is one.
    var number: Double? {
        if case .double(let value) = self { value } else { integer.map { Double($0) } }
    }
}

/// A value in its place: in a list, under a key, or under a name, and where that was written.
struct PythonSlot {
    /// How many values a place remembers.
    private static let memory = 16

    var value: PythonValue
    var origin: ConfigOrigin
    /// The values that stood here before, the latest first.
    private(set) var earlier: [PythonSlot] = []

    init(value: PythonValue, origin: ConfigOrigin) {
        self.value = value
        self.origin = origin
    }

    /// This value where another one stood, which is remembered; a list that was extended is the same
    /// one.
    func replacing(_ old: PythonSlot?) -> PythonSlot {
        guard var last = old else { return self }
        let before = last.earlier
        last.earlier = []
        var slot = self
        slot.earlier += (value.isSameObject(last.value) ? [] : [last]) + before
        slot.earlier = Array(slot.earlier.prefix(Self.memory))
        return slot
    }
}

/// What a dictionary may have as keys.
enum PythonKey: Hashable {
    case text(String)
    case int(Int)
    case double(Double)

    /// The key as configs have it, which know only texts.
    var name: String {
        switch self {
        case .text(let value): value
        case .int(let value): String(value)
        case .double(let value): PythonText.float(value)
        }
    }
}
