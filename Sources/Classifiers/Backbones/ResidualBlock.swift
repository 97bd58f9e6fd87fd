public import NeuralNet
import TensorCore

/// A block whose output is added to its input.
public protocol ResidualBlock: Layer {
    /// The normalisation before the addition; zero at first, it makes the block an identity.
    var lastNorm: BatchNorm2d { get }
}

/// What the residual blocks of a network have in common.
public struct BlockOptions: Sendable, Equatable {
    /// Which convolution of a bottleneck takes the steps.
    public enum Style: String, Sendable {
        /// The 3×3 convolution.
        case pytorch
        /// The first 1×1 convolution.
        case caffe
    }

    /// The step of the block.
    public var stride = 1
    /// The distance between the elements of the first 3×3 kernel.
    public var dilation = 1
    /// Which convolution of a bottleneck takes the steps.
    public var style = Style.pytorch
    /// How normalisation layers are made.
    public var norm = NormOptions()
    /// Whether the backward pass computes the block's activations anew instead of keeping them.
    public var recomputes = false

    /// A block without steps.
    public init() {}
}

extension BlockOptions {
    /// A convolution without bias that keeps the size of the image but for its step.
    func convolution(
        _ inChannels: Int, _ outChannels: Int, kernel: Int, stride: Int = 1, dilation: Int = 1,
        device: Device, generator: TorchGenerator
    ) throws -> Conv2d {
        let padding = dilation * (kernel / 2)
        let window = Window(
            kernel: (kernel, kernel), stride: (stride, stride), padding: (padding, padding),
            dilation: (dilation, dilation))
        return try Conv2d(
            inChannels, outChannels, window, bias: false, device: device, generator: generator)
    }
}
