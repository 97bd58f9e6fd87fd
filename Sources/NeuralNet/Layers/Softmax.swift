/// The softmax along a dimension as a layer.
///
/// Source: `torch.nn.Softmax`, `torch.nn.LogSoftmax`.
public struct Softmax: Layer {
    /// The dimension; a negative one counts from the end.
    public let dimension: Int
    /// Whether the result is the softmax's logarithm.
    public let logarithm: Bool

    /// A softmax along a dimension.
    public init(dimension: Int, logarithm: Bool = false) {
        self.dimension = dimension
        self.logarithm = logarithm
    }

    /// Nothing is saved.
    public var members: Members { [:] }

    /// The softmax of `x`.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        try logarithm
            ? logSoftmax(x, dimension: dimension, context)
            : softmax(x, dimension: dimension, context)
    }
}
