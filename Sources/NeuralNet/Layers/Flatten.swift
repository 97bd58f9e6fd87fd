/// All dimensions but the first as one, as a layer.
///
/// Source: `torch.nn.Flatten`.
public struct Flatten: Layer {
    /// The layer; it has no settings.
    public init() {}

    /// Nothing is saved.
    public var members: Members { [:] }

    /// `x` as rows.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        try flatten(x, context)
    }
}
