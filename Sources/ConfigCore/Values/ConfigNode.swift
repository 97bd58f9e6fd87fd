/// A value of a config together with where it was written.
///
/// Two nodes are equal when their values are: places do not count, nor does the order of a
/// mapping's keys.
public struct ConfigNode: Sendable, Equatable {
    /// The value.
    public var value: ConfigValue
    /// Where the value was written; it stays with the value when configs are merged.
    public var origin: ConfigOrigin

    /// Makes a node, by default one that the program itself wrote.
    public init(_ value: ConfigValue, origin: ConfigOrigin = .program) {
        self.value = value
        self.origin = origin
    }

    /// The place of the value, if it was written in a file; found by reading the text again.
    public var location: TextLocation? { origin.location }

    /// Compares values and ignores where they were written.
    public static func == (left: ConfigNode, right: ConfigNode) -> Bool {
        left.value == right.value
    }
}
