public import TensorCore

/// A fully connected layer; its parameters are drawn as PyTorch draws them.
///
/// Source: `torch.nn.Linear`.
public struct Linear: Layer {
    /// `[O, I]`.
    public let weight: Parameter
    /// `[O]`, or none.
    public let bias: Parameter?

    /// A layer with fresh parameters; it draws from `generator` as PyTorch's constructor does.
    public init(
        _ inFeatures: Int, _ outFeatures: Int, bias: Bool = true, device: Device,
        generator: TorchGenerator
    ) throws {
        (weight, self.bias) = try DefaultInitialization.parameters(
            weight: [outFeatures, inFeatures], bias: bias, device: device, generator: generator)
    }

    /// The parameters under their checkpoint names.
    public var members: Members {
        ["weight": .parameter(weight), "bias": bias.map(Member.parameter)]
    }

    /// The rows of `x` times the weight, plus the bias.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        try linear(
            x, weight: context.variable(weight), bias: bias.map(context.variable), context)
    }
}
