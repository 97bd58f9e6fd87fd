public import TensorCore

/// A convolution layer; its parameters are drawn as PyTorch draws them.
///
/// Source: `torch.nn.Conv2d`.
public struct Conv2d: Layer {
    /// The kernel, `[K, C / groups, R, S]`.
    public let weight: Parameter
    /// One number a channel of the output, or none.
    public let bias: Parameter?
    /// Kernel size, stride, padding and dilation.
    public let window: Window
    /// Into how many independent groups the channels are split.
    public let groups: Int

    /// A layer with fresh parameters; it draws from `generator` as PyTorch's constructor does.
    ///
    /// Errors: throws `ShapeError` where groups do not divide the channels.
    public init(
        _ inChannels: Int, _ outChannels: Int, _ window: Window, groups: Int = 1, bias: Bool = true,
        device: Device, generator: TorchGenerator
    ) throws {
        guard groups > 0, inChannels % groups == 0, outChannels % groups == 0 else {
            throw ShapeError(
                "conv2d: \(groups) groups do not divide \(inChannels) input and \(outChannels) "
                    + "output channels")
        }
        self.window = window
        self.groups = groups
        let shape = [outChannels, inChannels / groups, window.kernel.height, window.kernel.width]
        (weight, self.bias) = try DefaultInitialization.parameters(
            weight: shape, bias: bias, device: device, generator: generator)
    }

    /// The parameters under their checkpoint names.
    public var members: Members {
        ["weight": .parameter(weight), "bias": bias.map(Member.parameter)]
    }

    /// The convolution of `x`.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        try conv2d(
            x, weight: context.variable(weight), copies: weight.copies,
            bias: bias.map(context.variable), window, groups: groups, context)
    }
}
