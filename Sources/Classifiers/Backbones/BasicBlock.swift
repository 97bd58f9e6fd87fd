public import NeuralNet
public import TensorCore

/// Two 3×3 convolutions around which the input is added.
///
/// Source: `BasicBlock` in MMClassification 0.x.
public struct BasicBlock: ResidualBlock {
    private let conv1: Conv2d
    private let norm1: BatchNorm2d
    private let conv2: Conv2d
    private let norm2: BatchNorm2d
    private let downsample: Sequential?
    private let options: BlockOptions

    /// A block with fresh parameters.
    ///
    /// `downsample` brings the input to the shape of the output, where they differ.
    public init(
        inChannels: Int, outChannels: Int, _ options: BlockOptions = BlockOptions(),
        downsample: Sequential? = nil, device: Device, generator: TorchGenerator
    ) throws {
        conv1 = try options.convolution(
            inChannels, outChannels, kernel: 3, stride: options.stride, dilation: options.dilation,
            device: device, generator: generator)
        norm1 = try options.norm.layer(outChannels, device: device)
        conv2 = try options.convolution(
            outChannels, outChannels, kernel: 3, device: device, generator: generator)
        norm2 = try options.norm.layer(outChannels, device: device)
        self.downsample = downsample
        self.options = options
    }

    /// The layers under their checkpoint names.
    public var members: Members {
        [
            "conv1": .module(conv1), "bn1": .module(norm1), "conv2": .module(conv2),
            "bn2": .module(norm2), "downsample": downsample.map(Member.module),
        ]
    }

    /// The second normalisation.
    public var lastNorm: BatchNorm2d { norm2 }

    /// The rectified sum of `x` and what the convolutions make of it.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        let hidden = try normalizedConvolution(x, conv1, norm1, thenReLU: true, context)
        let identity = try downsample.map { try $0(x, context) } ?? x
        return try options.sum(hidden, conv2, norm2, identity: identity, context)
    }
}
