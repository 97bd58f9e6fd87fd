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

    /// `x` through all layers; a convolution takes the normalisation and the rectifier behind it along.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        var x = x
        var rest = layers[...]
        while let layer = rest.popFirst() {
            guard let convolution = layer as? Conv2d, let norm = rest.first as? BatchNorm2d else {
                x = try layer(x, context)
                continue
            }
            rest.removeFirst()
            let rectifies = rest.first is ReLU
            if rectifies { rest.removeFirst() }
            x = try normalizedConvolution(x, convolution, norm, thenReLU: rectifies, context)
        }
        return x
    }
}
