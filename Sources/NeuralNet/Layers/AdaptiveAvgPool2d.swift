/// Average pooling to a given size as a layer.
///
/// Source: `torch.nn.AdaptiveAvgPool2d`.
public struct AdaptiveAvgPool2d: Layer {
    /// The height of the result; nil keeps the input's.
    public let height: Int?
    /// The width of the result; nil keeps the input's.
    public let width: Int?

    /// A pooling to that size.
    public init(height: Int?, width: Int?) {
        self.height = height
        self.width = width
    }

    /// Nothing is saved.
    public var members: Members { [:] }

    /// `x` pooled to the size.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        try adaptiveAveragePool2d(x, height: height, width: width, context)
    }
}
