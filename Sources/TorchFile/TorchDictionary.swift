/// A Python dictionary: entries in the order in which they were put in.
public struct TorchDictionary: Sendable {
    /// The entries, in order.
    public private(set) var pairs: [(key: TorchValue, value: TorchValue)] = []
    /// Whether this is a `collections.OrderedDict`, as state dictionaries are.
    public var isOrdered: Bool
    /// Attributes of the dictionary itself, such as `_metadata` of a state dictionary.
    public var attributes: [(name: String, value: TorchValue)] = []

    private var positions: [Key: Int] = [:]

    /// Makes an empty dictionary.
    public init(ordered: Bool = false) {
        isOrdered = ordered
    }

    /// Makes a dictionary with string keys; the later of two equal keys wins.
    public init(_ pairs: [(String, TorchValue)], ordered: Bool = false) {
        isOrdered = ordered
        for (name, value) in pairs {
            self[name] = value
        }
    }

    /// How many entries there are.
    public var count: Int { pairs.count }

    /// Whether there is no entry.
    public var isEmpty: Bool { pairs.isEmpty }

    /// The keys that are strings, in order.
    public var names: [String] { pairs.compactMap(\.key.string) }

    /// The entry under a string; assigning nil removes it.
    public subscript(name: String) -> TorchValue? {
        get { positions[.string(name)].map { pairs[$0].value } }
        set { update(.string(name), .string(name), newValue) }
    }

    /// The entry under a key of any kind; assigning nil removes it.
    ///
    /// Errors: traps when a value is assigned to a key that Python cannot hash, such as a list.
    public subscript(key key: TorchValue) -> TorchValue? {
        get { Key(key).flatMap { positions[$0] }.map { pairs[$0].value } }
        set {
            let hashable = Key(key)
            require(hashable != nil, "\(key) cannot be the key of a dictionary")
            if let hashable {
                update(hashable, key, newValue)
            }
        }
    }

    /// Puts an entry in unless its key cannot be hashed; says whether it could.
    mutating func insert(_ key: TorchValue, _ value: TorchValue) -> Bool {
        guard let hashable = Key(key) else {
            return false
        }
        update(hashable, key, value)
        return true
    }

    private mutating func update(_ hashable: Key, _ key: TorchValue, _ value: TorchValue?) {
        switch (positions[hashable], value) {
        case (let position?, let value?):
            pairs[position].value = value
        case (nil, let value?):
            positions[hashable] = pairs.count
            pairs.append((key, value))
        case (let position?, nil):
            pairs.remove(at: position)
            positions[hashable] = nil
            for (other, place) in positions where place > position {
                positions[other] = place - 1
            }
        case (nil, nil):
            break
        }
    }
}

extension TorchDictionary {
    /// The part of a value that Python hashes.
    private enum Key: Hashable, Sendable {
        case none
        case bool(Bool)
        case int(Int)
        case bigInteger(String)
        case double(UInt64)
        case string(String)
        case bytes([UInt8])
        case tuple([Key])

        init?(_ value: TorchValue) {
            switch value {
            case .none: self = .none
            case .bool(let flag): self = .bool(flag)
            case .int(let number): self = .int(number)
            case .bigInteger(let digits): self = .bigInteger(digits)
            case .double(let number): self = .double(number.bitPattern)
            case .string(let text): self = .string(text)
            case .bytes(let bytes): self = .bytes(bytes)
            case .tuple(let elements):
                let keys = elements.compactMap(Key.init)
                guard keys.count == elements.count else { return nil }
                self = .tuple(keys)
            case .tensor, .list, .set, .dictionary, .object: return nil
            }
        }
    }
}
