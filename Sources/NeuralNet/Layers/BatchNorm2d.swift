public import TensorCore

/// Batch normalisation with a learned scale and shift.
///
/// Source: `torch.nn.BatchNorm2d`.
public struct BatchNorm2d: Layer {
    /// The scale of every channel, 1 at first; none without `affine`.
    public let weight: Parameter?
    /// The shift of every channel, 0 at first; none without `affine`.
    public let bias: Parameter?
    /// Mean and variance for evaluation.
    public let running: RunningStatistics
    /// Added to the variance before the root.
    public let epsilon: Double

    /// A layer for that many channels.
    public init(
        _ channels: Int, epsilon: Double = 1e-5, momentum: Double? = 0.1, affine: Bool = true,
        device: Device
    ) throws {
        weight = affine ? Parameter(try device.full([channels], 1)) : nil
        bias = affine ? Parameter(try device.zeros([channels])) : nil
        running = RunningStatistics(
            mean: Buffer(try device.zeros([channels])),
            variance: Buffer(try device.full([channels], 1)), batchCount: Counter(),
            momentum: momentum)
        self.epsilon = epsilon
    }

    /// Parameters and statistics under their checkpoint names.
    public var members: Members {
        [
            "weight": weight.map(Member.parameter), "bias": bias.map(Member.parameter),
            "running_mean": .buffer(running.mean), "running_var": .buffer(running.variance),
            "num_batches_tracked": .counter(running.batchCount),
        ]
    }

    /// `x` normalised.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        try callAsFunction(x, thenReLU: false, context)
    }

    /// `x` normalised, and in the same pass a residual added and the sum rectified on request.
    public func callAsFunction(
        _ x: Variable, adding residual: Variable? = nil, thenReLU: Bool, _ context: ForwardContext
    ) throws -> Variable {
        try batchNormalize(
            x, scale: weight.map(context.variable), shift: bias.map(context.variable),
            running: running, epsilon: epsilon, batchStatistics: context.mode == .training,
            adding: residual, thenReLU: thenReLU, context)
    }
}
