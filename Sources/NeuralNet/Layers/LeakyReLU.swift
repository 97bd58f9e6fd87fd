/// The leaky rectifier as a layer.
///
/// Source: `torch.nn.LeakyReLU`.
public struct LeakyReLU: Layer {
    /// By what negative values are multiplied.
    public let slope: Double

    /// A rectifier that lets that share of negative values through.
    public init(slope: Double = 0.01) { self.slope = slope }

    /// Nothing is saved.
    public var members: Members { [:] }

    /// `x`, its negative values scaled.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        try leakyReLU(x, slope: slope, context)
    }
}
