/// A value of a config together with where it was written.
///
/// Two nodes are equal when their values are: places do not count, nor does the order of a
/// mapping's keys.
public struct ConfigNode: Sendable, Equatable {
    /// The value.
    public var value: ConfigValue
    /// Where the value was written; it stays with the value when configs are merged.
    public var origin: ConfigOrigin
    /// The values that stood here before, the latest first: those of bases, and those that an
    /// option on the command line changed.
    public var overridden: [ConfigNode] = []

    /// Makes a node, by default one that the program itself wrote.
    public init(_ value: ConfigValue, origin: ConfigOrigin = .program) {
        self.value = value
        self.origin = origin
    }

    /// The place of the value, if it was written in a file; found by reading the text again.
    public var location: TextLocation? { origin.location }

    /// Another value in this node's place.
    package func holding(_ value: ConfigValue) -> ConfigNode {
        var node = self
        node.value = value
        return node
    }

    /// Other elements in this list or tuple.
    package func holding(elements: [ConfigNode]) -> ConfigNode {
        let isTuple = if case .tuple = value { true } else { false }
        return holding(isTuple ? .tuple(elements) : .list(elements))
    }

    /// This value where another one stood, which is remembered together with what it overrode.
    package func overriding(_ other: ConfigNode?) -> ConfigNode {
        guard var last = other else { return self }
        let earlier = last.overridden
        last.overridden = []
        var node = self
        node.overridden += [last] + earlier
        return node
    }

    /// Compares values and ignores where they were written.
    public static func == (left: ConfigNode, right: ConfigNode) -> Bool {
        left.value == right.value
    }
}
