import NeuralNet
import TensorCore

/// A depthwise convolution between two 1×1 ones that widen and narrow; the input is added where the
/// shape stays.
///
/// Source: `InvertedResidual` of `MobileNetV2` in MMClassification 0.x.
struct InvertedResidual: Layer {
    private let conv: Sequential
    private let addsInput: Bool

    init(
        _ inChannels: Int, _ outChannels: Int, stride: Int, expansion: Int, norm: NormOptions,
        activation: ActivationOptions, device: Device, generator: TorchGenerator
    ) throws {
        let middle = inChannels * expansion
        func layer(
            _ inChannels: Int, _ outChannels: Int, kernel: Int, stride: Int = 1, groups: Int = 1,
            activates: Bool = true
        ) throws -> ConvModule {
            try ConvModule(
                inChannels, outChannels, kernel: kernel, stride: stride, groups: groups, norm: norm,
                activation: activates ? activation : nil, device: device, generator: generator)
        }
        var layers: [any Layer] = []
        if expansion != 1 { layers.append(try layer(inChannels, middle, kernel: 1)) }
        layers.append(try layer(middle, middle, kernel: 3, stride: stride, groups: middle))
        layers.append(try layer(middle, outChannels, kernel: 1, activates: false))
        conv = Sequential(layers)
        addsInput = stride == 1 && inChannels == outChannels
    }

    var members: Members { ["conv": .module(conv)] }

    func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        let output = try conv(x, context)
        return addsInput ? try add(x, output, context) : output
    }
}
