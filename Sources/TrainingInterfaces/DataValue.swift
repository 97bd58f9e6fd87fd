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
}

/// Named pieces of data, in the order in which they were added.
public struct DataDictionary: Sendable, Equatable {
    /// The names, in order.
    public private(set) var keys: [String] = []
    private var values: [String: DataValue] = [:]

    /// A dictionary without entries.
    public init() {}

    /// A dictionary of these entries; a repeated name keeps its first place and its last value.
    public init(_ entries: [(String, DataValue)]) {
        for (key, value) in entries { self[key] = value }
    }

    /// The piece of that name, or nil; assigning nil removes it.
    public subscript(key: String) -> DataValue? {
        get { values[key] }
        set {
            if let newValue {
                if values.updateValue(newValue, forKey: key) == nil { keys.append(key) }
            } else if values.removeValue(forKey: key) != nil {
                keys.removeAll { $0 == key }
            }
        }
    }

    /// Removes and returns a piece, so that it can be changed in place without a copy.
    public mutating func take(_ key: String) -> DataValue? {
        let value = values[key]
        if value != nil { values[key] = DataValue.none }
        return value
    }

    /// The entries, in order.
    public var entries: [(key: String, value: DataValue)] {
        keys.map { ($0, values[$0] ?? .none) }
    }
}
