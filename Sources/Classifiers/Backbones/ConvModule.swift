import NeuralNet
import TensorCore

/// A convolution, normalised and activated on request.
///
/// Source: `ConvModule` of MMCV, which draws its weights twice while it is built.
struct ConvModule: Layer {
    private let conv: Conv2d
    private let norm: BatchNorm2d?
    private let activation: ActivationOptions?

    /// A layer that keeps the size of the image but for its step; it has a bias without normalisation,
    /// unless told otherwise.
    init(
        _ inChannels: Int, _ outChannels: Int, kernel: Int, stride: Int = 1, dilation: Int = 1,
        groups: Int = 1, bias: Bool? = nil, norm: NormOptions?,
        activation: ActivationOptions? = .relu, device: Device, generator: TorchGenerator
    ) throws {
        let padding = dilation * (kernel / 2)
        conv = try Conv2d(
            inChannels, outChannels,
            Window(
                kernel: (kernel, kernel), stride: (stride, stride), padding: (padding, padding),
                dilation: (dilation, dilation)), groups: groups, bias: bias ?? (norm == nil),
            device: device, generator: generator)
        self.norm = try norm?.layer(outChannels, device: device)
        self.activation = activation
        try initialize(generator)
    }

    var members: Members { ["conv": .module(conv), "bn": norm.map(Member.module)] }

    /// Gives the convolution Kaiming's first values, the bias 0, the normalisation 1 and 0.
    func initialize(_ generator: TorchGenerator) throws {
        var slope = 0.0
        if case .leakyReLU(let given) = activation { slope = given }
        try WeightInitialization.initialize(
            conv, .kaiming(slope: slope, mode: .fanOut, distribution: .normal), bias: 0, generator)
        if let norm {
            try WeightInitialization.initialize(norm, .constant(1), bias: 0, generator)
        }
    }

    func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        let rectifies = activation == .relu
        guard let norm else {
            let output = try conv(x, context)
            return try activation.map { try $0(output, context) } ?? output
        }
        let output = try normalizedConvolution(x, conv, norm, thenReLU: rectifies, context)
        guard let activation, !rectifies else { return output }
        return try activation(output, context)
    }
}
