/// Dropout as a layer.
///
/// Source: `torch.nn.Dropout`.
public struct Dropout: Layer {
    /// The share of values that training zeroes.
    public let rate: Double
    /// The layer's full name, under which it draws.
    public let name: String

    /// A layer that zeroes that share; no two in a model may have one name.
    public init(_ rate: Double, name: String) {
        self.rate = rate
        self.name = name
    }

    /// Nothing is saved.
    public var members: Members { [:] }

    /// `x` with some values zeroed, in training.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        try dropout(x, rate: rate, name: name, context)
    }
}
