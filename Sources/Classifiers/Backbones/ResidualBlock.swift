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
    /// Whether the network is of a kind whose bottlenecks may be split into groups.
    public var isGrouped = false
    /// Into how many groups a bottleneck's 3×3 convolution splits its channels.
    public var groups = 1
    /// How many channels each group has at the first stage.
    public var widthPerGroup = 4
    /// How many channels the middles of the first stage's blocks would have without groups.
    public var baseChannels = 64
    /// By what a block divides its channels to weigh them, if it does.
    public var squeezeRatio: Int?
    /// The share of samples whose block training leaves out.
    public var dropPathRate = 0.0
    /// The block's full name, under which it draws.
    public var name = ""
    /// How normalisation layers are made.
    public var norm = NormOptions()
    /// Whether the backward pass computes the block's activations anew instead of keeping them.
    public var recomputes = false

    /// A block without steps.
    public init() {}
}

extension BlockOptions {
    /// How many channels the middle of a block has that would have `plain` without groups.
    func middle(_ plain: Int) -> Int {
        groups == 1 ? plain : groups * widthPerGroup * plain / baseChannels
    }

    /// A convolution without bias that keeps the size of the image but for its step.
    func convolution(
        _ inChannels: Int, _ outChannels: Int, kernel: Int, stride: Int = 1, dilation: Int = 1,
        groups: Int = 1, device: Device, generator: TorchGenerator
    ) throws -> Conv2d {
        let padding = dilation * (kernel / 2)
        let window = Window(
            kernel: (kernel, kernel), stride: (stride, stride), padding: (padding, padding),
            dilation: (dilation, dilation))
        return try Conv2d(
            inChannels, outChannels, window, groups: groups, bias: false, device: device,
            generator: generator)
    }

    /// The rectified sum of the input and a block's last convolution, normalised; in training the
    /// latter may be left out.
    func sum(
        _ hidden: Variable, _ convolution: Conv2d, _ norm: BatchNorm2d,
        squeezing: SqueezeExcitation? = nil, identity: Variable, _ context: ForwardContext
    ) throws -> Variable {
        guard squeezing != nil || dropPathRate > 0 else {
            return try normalizedConvolution(
                hidden, convolution, norm, adding: identity, thenReLU: true, context)
        }
        var x = try normalizedConvolution(hidden, convolution, norm, context)
        if let squeezing { x = try squeezing(x, context) }
        x = try dropPath(x, rate: dropPathRate, name: "\(name).drop_path", context)
        return try add(x, identity, thenReLU: true, context)
    }
}
