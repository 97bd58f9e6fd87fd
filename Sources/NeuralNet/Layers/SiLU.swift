/// The sigmoid-weighted linear unit as a layer.
///
/// Source: `torch.nn.SiLU`.
public struct SiLU: Layer {
    /// The layer; it has no settings.
    public init() {}

    /// Nothing is saved.
    public var members: Members { [:] }

    /// Every value of `x` times its sigmoid.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        try silu(x, context)
    }
}
