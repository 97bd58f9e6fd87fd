/// A layer that does nothing.
///
/// Source: `torch.nn.Identity`.
public struct Identity: Layer {
    /// The layer; it has no settings.
    public init() {}

    /// Nothing is saved.
    public var members: Members { [:] }

    /// `x` itself.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) -> Variable { x }
}
