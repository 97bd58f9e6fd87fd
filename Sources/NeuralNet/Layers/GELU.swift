/// The Gaussian error linear unit as a layer.
///
/// Source: `torch.nn.GELU`.
public struct GELU: Layer {
    /// How the normal distribution is computed.
    public let approximation: GELUApproximation

    /// A unit, exact unless told otherwise.
    public init(approximation: GELUApproximation = .none) { self.approximation = approximation }

    /// Nothing is saved.
    public var members: Members { [:] }

    /// Every value of `x` times the share of the normal distribution below it.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        try gelu(x, approximation: approximation, context)
    }
}
