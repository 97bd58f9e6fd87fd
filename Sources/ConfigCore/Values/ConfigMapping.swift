/// Keys with values, in the order they were written.
///
/// Two mappings are equal when they have the same keys with the same values, in any order.
public struct ConfigMapping: Sendable, RandomAccessCollection {
    /// A key and its value.
    public typealias Element = (key: String, node: ConfigNode)

    private var entries: [Element] = []
    private var positions: [String: Int] = [:]

    /// Makes an empty mapping.
    public init() {}

    /// Makes a mapping; of a repeated key the first position and the last value count, as in
    /// Python.
    public init(_ entries: [Element]) {
        self.entries.reserveCapacity(entries.count)
        for entry in entries { self[entry.key] = entry.node }
    }

    /// The keys, in order.
    public var keys: [String] { entries.map(\.key) }

    /// The value under a key; setting keeps the key's position, a new key goes last, `nil` removes.
    public subscript(key: String) -> ConfigNode? {
        get { positions[key].map { entries[$0].node } }
        set {
            switch (positions[key], newValue) {
            case (let position?, let node?):
                entries[position].node = node
            case (nil, let node?):
                positions[key] = entries.count
                entries.append((key, node))
            case (let position?, nil):
                entries.remove(at: position)
                positions = [:]
                for (position, entry) in entries.enumerated() { positions[entry.key] = position }
            case (nil, nil):
                break
            }
        }
    }

    /// The position of the first entry.
    public var startIndex: Int { 0 }
    /// The position after the last entry.
    public var endIndex: Int { entries.count }
    /// The entry at a position.
    public subscript(position: Int) -> Element { entries[position] }
}

extension ConfigMapping: Equatable {
    /// Compares keys and values in any order.
    public static func == (left: ConfigMapping, right: ConfigMapping) -> Bool {
        left.count == right.count && left.allSatisfy { right[$0.key] == $0.node }
    }
}
