/// The rectifier as a layer.
///
/// Source: `torch.nn.ReLU`.
public struct ReLU: Layer {
    /// A rectifier.
    public init() {}

    /// Nothing is saved.
    public var members: Members { [:] }

    /// `x`, its negative values replaced by 0.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        try relu(x, context)
    }
}
