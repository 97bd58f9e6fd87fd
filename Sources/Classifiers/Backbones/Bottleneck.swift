public import NeuralNet
public import TensorCore

/// A 3×3 convolution between two 1×1 ones that narrow and widen, around which the input is added.
///
/// Source: `Bottleneck` in MMClassification 0.x, and those of `ResNeXt`, `SEResNet` and `SEResNeXt`.
public struct Bottleneck: ResidualBlock {
    private let convolutions: Convolutions
    private let downsample: Sequential?
    private let squeezing: SqueezeExcitation?
    private let options: BlockOptions

    /// The three convolutions with what normalises each.
    private struct Convolutions {
        let conv1: Conv2d
        let norm1: BatchNorm2d
        let conv2: Conv2d
        let norm2: BatchNorm2d
        let conv3: Conv2d
        let norm3: BatchNorm2d

        init(
            _ inChannels: Int, _ middle: Int, _ outChannels: Int, groups: Int,
            _ options: BlockOptions, device: Device, generator: TorchGenerator
        ) throws {
            let stride = options.stride
            conv1 = try options.convolution(
                inChannels, middle, kernel: 1, stride: options.style == .caffe ? stride : 1,
                device: device, generator: generator)
            norm1 = try options.norm.layer(middle, device: device)
            conv2 = try options.convolution(
                middle, middle, kernel: 3, stride: options.style == .pytorch ? stride : 1,
                dilation: options.dilation, groups: groups, device: device, generator: generator)
            norm2 = try options.norm.layer(middle, device: device)
            conv3 = try options.convolution(
                middle, outChannels, kernel: 1, device: device, generator: generator)
            norm3 = try options.norm.layer(outChannels, device: device)
        }
    }

    /// A block with fresh parameters, whose middle has `outChannels / expansion` channels, or as many as
    /// its groups ask for.
    ///
    /// `downsample` brings the input to the shape of the output, where they differ.
    public init(
        inChannels: Int, outChannels: Int, expansion: Int = 4,
        _ options: BlockOptions = BlockOptions(), downsample: Sequential? = nil, device: Device,
        generator: TorchGenerator
    ) throws {
        let middle = outChannels / expansion
        func convolutions(_ middle: Int, groups: Int) throws -> Convolutions {
            try Convolutions(
                inChannels, middle, outChannels, groups: groups, options, device: device,
                generator: generator)
        }
        let plain = try convolutions(middle, groups: 1)
        squeezing = try options.squeezeRatio.map {
            try SqueezeExcitation(outChannels, ratio: $0, device: device, generator: generator)
        }
        // The original builds the plain convolutions first, too: its draws are what follows depends on.
        self.convolutions =
            options.isGrouped
            ? try convolutions(options.middle(middle), groups: options.groups) : plain
        self.downsample = downsample
        self.options = options
    }

    /// The layers under their checkpoint names.
    public var members: Members {
        let layers = convolutions
        return [
            "conv1": .module(layers.conv1), "bn1": .module(layers.norm1),
            "conv2": .module(layers.conv2), "bn2": .module(layers.norm2),
            "conv3": .module(layers.conv3), "bn3": .module(layers.norm3),
            "downsample": downsample.map(Member.module),
            "se_layer": squeezing.map(Member.module),
        ]
    }

    /// The third normalisation.
    public var lastNorm: BatchNorm2d { convolutions.norm3 }

    /// The rectified sum of `x` and what the convolutions make of it.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        let layers = convolutions
        let narrow = try normalizedConvolution(
            x, layers.conv1, layers.norm1, thenReLU: true, context)
        let hidden = try normalizedConvolution(
            narrow, layers.conv2, layers.norm2, thenReLU: true, context)
        let identity = try downsample.map { try $0(x, context) } ?? x
        return try options.sum(
            hidden, layers.conv3, layers.norm3, squeezing: squeezing, identity: identity, context)
    }
}
