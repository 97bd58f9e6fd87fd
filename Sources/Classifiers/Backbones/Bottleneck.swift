public import NeuralNet
public import TensorCore

/// A 3×3 convolution between two 1×1 ones that narrow and widen, around which the input is added.
///
/// Source: `Bottleneck` in MMClassification 0.x.
public struct Bottleneck: ResidualBlock {
    private let conv1: Conv2d
    private let norm1: BatchNorm2d
    private let conv2: Conv2d
    private let norm2: BatchNorm2d
    private let conv3: Conv2d
    private let norm3: BatchNorm2d
    private let downsample: Sequential?

    /// A block with fresh parameters, whose middle has `outChannels / expansion` channels.
    ///
    /// `downsample` brings the input to the shape of the output, where they differ.
    public init(
        inChannels: Int, outChannels: Int, expansion: Int = 4,
        _ options: BlockOptions = BlockOptions(), downsample: Sequential? = nil, device: Device,
        generator: TorchGenerator
    ) throws {
        let middle = outChannels / expansion
        let stride = options.stride
        conv1 = try options.convolution(
            inChannels, middle, kernel: 1, stride: options.style == .caffe ? stride : 1,
            device: device, generator: generator)
        norm1 = try options.norm.layer(middle, device: device)
        conv2 = try options.convolution(
            middle, middle, kernel: 3, stride: options.style == .pytorch ? stride : 1,
            dilation: options.dilation, device: device, generator: generator)
        norm2 = try options.norm.layer(middle, device: device)
        conv3 = try options.convolution(
            middle, outChannels, kernel: 1, device: device, generator: generator)
        norm3 = try options.norm.layer(outChannels, device: device)
        self.downsample = downsample
    }

    /// The layers under their checkpoint names.
    public var members: Members {
        [
            "conv1": .module(conv1), "bn1": .module(norm1), "conv2": .module(conv2),
            "bn2": .module(norm2), "conv3": .module(conv3), "bn3": .module(norm3),
            "downsample": downsample.map(Member.module),
        ]
    }

    /// The third normalisation.
    public var lastNorm: BatchNorm2d { norm3 }

    /// The rectified sum of `x` and what the convolutions make of it.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        let narrow = try normalizedConvolution(x, conv1, norm1, thenReLU: true, context)
        let hidden = try normalizedConvolution(narrow, conv2, norm2, thenReLU: true, context)
        let identity = try downsample.map { try $0(x, context) } ?? x
        return try normalizedConvolution(
            hidden, conv3, norm3, adding: identity, thenReLU: true, context)
    }
}
