/// The hyperbolic tangent as a layer.
///
/// Source: `torch.nn.Tanh`.
public struct Tanh: Layer {
    /// The layer; it has no settings.
    public init() {}

    /// Nothing is saved.
    public var members: Members { [:] }

    /// The hyperbolic tangent of every value of `x`.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        try tanh(x, context)
    }
}
