/// Layers one after another, named by their places.
///
/// Source: `torch.nn.Sequential`.
public struct Sequential: Layer {
    /// The layers in order.
    public let layers: [any Layer]

    /// Layers one after another.
    public init(_ layers: [any Layer]) { self.layers = layers }

    /// The layers, named `0`, `1`, ….
    public var members: Members {
        Members(layers.enumerated().map { ("\($0.offset)", .module($0.element)) })
    }

    /// `x` through all layers.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        try layers.reduce(x) { try $1($0, context) }
    }
}
