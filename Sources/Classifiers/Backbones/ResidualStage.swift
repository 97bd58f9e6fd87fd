public import NeuralNet
public import TensorCore

/// Residual blocks in a row, of which the first may take a step and change the channels.
///
/// Source: `ResLayer` in MMClassification 0.x.
public struct ResidualStage: Layer {
    /// The blocks in order.
    public let blocks: [any ResidualBlock]
    private let recomputes: Bool

    /// A stage with fresh parameters, drawn for the first block's downsampling before its convolutions.
    ///
    /// `averagesDown` takes the downsampling's step by average pooling instead of its convolution.
    public init(
        _ kind: ResNet.Depth.Block, count: Int, inChannels: Int, outChannels: Int, expansion: Int,
        _ options: BlockOptions, averagesDown: Bool = false, device: Device,
        generator: TorchGenerator
    ) throws {
        recomputes = options.recomputes
        var options = options
        let name = options.name
        var blocks: [any ResidualBlock] = []
        for place in 0..<count {
            let isFirst = place == 0
            if !isFirst { options.stride = 1 }
            options.name = "\(name).\(place)"
            let downsample =
                isFirst && (options.stride != 1 || inChannels != outChannels)
                ? try Self.downsample(
                    inChannels, outChannels, options, averagesDown: averagesDown, device: device,
                    generator: generator) : nil
            let blockInput = isFirst ? inChannels : outChannels
            switch kind {
            case .basic:
                blocks.append(
                    try BasicBlock(
                        inChannels: blockInput, outChannels: outChannels, options,
                        downsample: downsample, device: device, generator: generator))
            case .bottleneck:
                blocks.append(
                    try Bottleneck(
                        inChannels: blockInput, outChannels: outChannels, expansion: expansion,
                        options, downsample: downsample, device: device, generator: generator))
            }
        }
        self.blocks = blocks
    }

    /// The blocks, named by their places.
    public var members: Members {
        Members(blocks.enumerated().map { ("\($0.offset)", .module($0.element)) })
    }

    /// `x` through all blocks.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        try blocks.reduce(x) { x, block in
            try recomputes
                ? recomputed(x, context) { try block($0, $1) } : block(x, context)
        }
    }

    private static func downsample(
        _ inChannels: Int, _ outChannels: Int, _ options: BlockOptions, averagesDown: Bool,
        device: Device, generator: TorchGenerator
    ) throws -> Sequential {
        let pools = averagesDown && options.stride != 1
        let pooling: [any Layer] = pools ? [AveragePool2d(size: options.stride)] : []
        return Sequential(
            pooling + [
                try options.convolution(
                    inChannels, outChannels, kernel: 1, stride: pools ? 1 : options.stride,
                    device: device, generator: generator),
                try options.norm.layer(outChannels, device: device),
            ])
    }
}

/// The mean of windows that do not overlap; those over the edge count what they cover.
private struct AveragePool2d: Layer {
    let size: Int

    var members: Members { [:] }

    func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        try averagePool2d(
            x, Window(kernel: (size, size), stride: (size, size)), ceilMode: true,
            countIncludesPadding: false, context)
    }
}
