import NeuralNet

/// The form of a residual network; the defaults are those of MMClassification's `ResNet`.
public struct ResNetOptions: Sendable, Equatable {
    /// One stage of the network.
    public struct Stage: Sendable, Equatable {
        /// The step of its first block.
        public var stride: Int
        /// The distance between kernel elements.
        public var dilation: Int

        /// A stage.
        public init(stride: Int, dilation: Int = 1) {
            self.stride = stride
            self.dilation = dilation
        }
    }

    /// How deep the network is, counted in layers with weights.
    public var depth: ResNet.Depth
    /// How many channels images have.
    public var inChannels = 3
    /// How many channels the stem gives.
    public var stemChannels = 64
    /// How many channels the blocks of the first stage have in their middle.
    public var baseChannels = 64
    /// How many times wider a block's output is than its middle.
    public var expansion: Int
    /// The stages, four at most.
    public var stages = [1, 2, 2, 2].map { Stage(stride: $0) }
    /// Which stages' outputs are features, counted from 0.
    public var outIndices = [3]
    /// Which convolution of a bottleneck takes the steps.
    public var style = BlockOptions.Style.pytorch
    /// Whether the stem has three 3×3 convolutions instead of a 7×7 one.
    public var hasDeepStem = false
    /// Whether blocks that take a step bring their input along by average pooling.
    public var averagesDown = false
    /// Up to which stage nothing is trained: 0 is the stem alone, -1 trains all.
    public var frozenStages = -1
    /// Into how many groups bottlenecks split their channels; nil where they have no such option.
    public var groups: Int?
    /// How many channels each group has at the first stage.
    public var widthPerGroup = 4
    /// By what blocks divide their channels to weigh them, if they do.
    public var squeezeRatio: Int?
    /// The share of samples whose blocks training leaves out.
    public var dropPathRate = 0.0
    /// How normalisation layers are made.
    public var norm = NormOptions()
    /// Whether normalisation uses its running statistics in training too.
    public var normEvaluates = false
    /// Whether the backward pass computes blocks' activations anew instead of keeping them.
    public var recomputes = false
    /// Whether blocks begin as identities.
    public var zeroInitializesResiduals = true
    /// How weights get their first values.
    public var initialization = ResNetOptions.defaultInitialization

    /// A network of that depth.
    public init(depth: ResNet.Depth) {
        self.depth = depth
        expansion = depth.block == .basic ? 1 : 4
    }

    /// The original's first values: Kaiming for convolutions, 1 and 0 for normalisation.
    public static let defaultInitialization = WeightInitialization([
        .init(.kaiming(slope: 0, mode: .fanOut, distribution: .normal), layers: ["Conv2d"]),
        .init(.constant(1), layers: ["_BatchNorm", "GroupNorm"]),
    ])
}
