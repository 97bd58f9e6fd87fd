/// The rectifier that stops at 6 as a layer.
///
/// Source: `torch.nn.ReLU6`.
public struct ReLU6: Layer {
    /// A rectifier with a ceiling.
    public init() {}

    /// Nothing is saved.
    public var members: Members { [:] }

    /// `x` cut to 0 and 6.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        try relu6(x, context)
    }
}
