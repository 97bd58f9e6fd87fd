/// The optimizers of a run: one, or several by name (as a GAN has).
public struct OptimizerSet: ExpressibleByDictionaryLiteral {
    /// The optimizers in order; the name is empty where there is just one.
    public let entries: [(name: String, wrapper: OptimWrapper)]

    /// A run with one optimizer.
    public init(_ wrapper: OptimWrapper) { entries = [("", wrapper)] }

    /// A run with optimizers by name.
    public init(_ entries: [(name: String, wrapper: OptimWrapper)]) { self.entries = entries }

    /// A run with optimizers by name, such as `["generator": first, "discriminator": second]`.
    public init(dictionaryLiteral elements: (String, OptimWrapper)...) {
        self.init(elements.map { (name: $0.0, wrapper: $0.1) })
    }

    /// The only optimizer; nil where there are several.
    public var single: OptimWrapper? {
        entries.count == 1 && entries[0].name.isEmpty ? entries[0].wrapper : nil
    }

    /// The optimizer of that name.
    public subscript(name: String) -> OptimWrapper? {
        entries.first { $0.name == name }?.wrapper
    }
}

/// MMEngine's name for several optimizers.
public typealias OptimWrapperDict = OptimizerSet
