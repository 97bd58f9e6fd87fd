public import TensorCore

/// A piece of a sample or batch: what a dictionary, tuple or list of the original's data pipeline held.
public indirect enum DataValue: Sendable, Equatable {
    case none
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case array(PlainTensor)
    case list([DataValue])
    case tuple([DataValue])
    case dictionary(DataDictionary)

    /// What messages call a value of its form.
    public var kind: String {
        switch self {
        case .none: "nothing"
        case .bool: "a truth value"
        case .int, .double: "a number"
        case .string: "a text"
        case .array: "an array"
        case .list: "a list"
        case .tuple: "a tuple"
        case .dictionary: "a dictionary"
        }
    }
}

/// Named pieces of data, in the order in which they were added.
///
/// Samples have a dozen pieces at most, so a list is searched faster than a hash table.
public struct DataDictionary: Sendable, Equatable {
    /// The entries, in order.
    public private(set) var entries: [(key: String, value: DataValue)] = []

    /// A dictionary without entries.
    public init() {}

    /// A dictionary of these entries; a repeated name keeps its first place and its last value.
    public init(_ entries: [(String, DataValue)]) {
        self.entries.reserveCapacity(entries.count)
        for (key, value) in entries { self[key] = value }
    }

    /// The names, in order.
    public var keys: [String] { entries.map(\.key) }

    /// The piece of that name, or nil; assigning nil removes it.
    public subscript(key: String) -> DataValue? {
        get { place(of: key).map { entries[$0].value } }
        set {
            let place = place(of: key)
            switch (place, newValue) {
            case (let place?, let value?): entries[place].value = value
            case (nil, let value?): entries.append((key, value))
            case (let place?, nil): entries.remove(at: place)
            case (nil, nil): break
            }
        }
    }

    /// Removes and returns a piece, so that it can be changed in place without a copy.
    public mutating func take(_ key: String) -> DataValue? {
        guard let place = place(of: key) else { return nil }
        let value = entries[place].value
        entries[place].value = .none
        return value
    }

    /// Makes room for so many entries.
    public mutating func reserveCapacity(_ count: Int) { entries.reserveCapacity(count) }

    private func place(of key: String) -> Int? { entries.firstIndex { $0.key == key } }

    /// Whether both have the same entries in the same order.
    public static func == (one: DataDictionary, other: DataDictionary) -> Bool {
        one.entries.count == other.entries.count
            && zip(one.entries, other.entries).allSatisfy { $0 == $1 }
    }
}
