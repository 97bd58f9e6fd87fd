/// The sigmoid as a layer.
///
/// Source: `torch.nn.Sigmoid`.
public struct Sigmoid: Layer {
    /// The layer; it has no settings.
    public init() {}

    /// Nothing is saved.
    public var members: Members { [:] }

    /// `1 / (1 + e^-x)` of every value of `x`.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        try sigmoid(x, context)
    }
}
