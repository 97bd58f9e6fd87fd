/// What factories need beside their config: registries, device, generator, communicator, keyed by
/// type.
public struct BuildContext {
    private var values: [ObjectIdentifier: Any] = [:]

    /// Makes an empty context.
    public init() {}

    /// Adds a value, or replaces the one of the same type.
    public mutating func provide<T>(_ value: T) {
        values[ObjectIdentifier(T.self)] = value
    }

    /// The value of a type.
    ///
    /// - Parameter type: The type under which the value was provided.
    /// - Returns: The value.
    /// - Throws: `MissingContextValue` if nobody provided one.
    public func value<T>(_ type: T.Type = T.self) throws -> T {
        guard let value = values[ObjectIdentifier(T.self)] as? T else {
            throw MissingContextValue(type: String(describing: T.self))
        }
        return value
    }
}

/// A factory asked for something that the program building it did not provide.
public struct MissingContextValue: Error, Sendable, CustomStringConvertible {
    /// The name of the type asked for.
    public let type: String

    /// Says what to do, to whoever calls the registry.
    public var description: String {
        "build context: no value of type \(type); call provide(_:) before building"
    }
}
