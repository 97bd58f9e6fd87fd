import TensorCore

/// The running statistics of a batch normalisation.
public struct RunningStatistics {
    /// Mean of every channel.
    public let mean: Buffer
    /// Unbiased variance of every channel.
    public let variance: Buffer
    /// How many batches have been seen.
    public let batchCount: Counter
    /// The share a new batch gets; nil weighs all batches alike.
    public let momentum: Double?

    /// Statistics that a training pass moves towards its batch.
    public init(mean: Buffer, variance: Buffer, batchCount: Counter, momentum: Double?) {
        self.mean = mean
        self.variance = variance
        self.batchCount = batchCount
        self.momentum = momentum
    }

    fileprivate func include(
        mean batchMean: Tensor, variance batchVariance: Tensor, count: Int, replacing: Bool
    ) throws {
        batchCount.value += 1
        let share = replacing ? 1 : Float(momentum ?? 1 / Double(batchCount.value))
        try mean.value.moveTowards(batchMean, momentum: share, factor: 1)
        let unbiased = Float(Double(count) / Double(count - 1))
        try variance.value.moveTowards(batchVariance, momentum: share, factor: unbiased)
    }
}

/// Normalises every channel, scales and shifts it, and rectifies the result on request.
///
/// With `batchStatistics` the batch's own mean and variance are used and the running ones move
/// towards them; otherwise the running ones are used. A residual is added before the result is
/// rectified.
/// Shape: `x` and `residual` are `[N, C, H, W]`; `scale` and `shift` are `[C]`, both or neither.
/// Errors: throws `ShapeError` where a channel has a single value to take statistics of.
/// Source: `torch.nn.functional.batch_norm`.
public func batchNormalize(
    _ x: Variable, scale: Variable?, shift: Variable?, running: RunningStatistics, epsilon: Double,
    batchStatistics: Bool, adding residual: Variable? = nil, thenReLU: Bool = false,
    _ context: ForwardContext
) throws -> Variable {
    let shape = x.shape
    guard shape.count >= 2, shape[1] == running.mean.value.count else {
        throw ShapeError(
            "batch norm: input \(shape) does not have \(running.mean.value.count) channels")
    }
    let valuesPerChannel = shape.elementCount / max(1, shape[1])
    if batchStatistics && valuesPerChannel < 2 {
        throw ShapeError(
            "batch norm: input \(shape) has one value per channel, training needs more; "
                + "use larger batches or drop the last one")
    }
    let kernel = try BatchNormalization.prepared(
        x.value, epsilon: Float(epsilon), usesGivenStatistics: !batchStatistics,
        hasScale: scale != nil, withReLU: thenReLU)
    if let residual, !kernel.addsResiduals {
        let normalized = try batchNormalize(
            x, scale: scale, shift: shift, running: running, epsilon: epsilon,
            batchStatistics: batchStatistics, context)
        return try add(normalized, residual, thenReLU: thenReLU, context)
    }
    if let residual, residual.shape != shape {
        throw ShapeError(
            "batch norm: input \(shape) and residual \(residual.shape) differ in shape")
    }
    // The backward pass reads the statistics again, after a later batch may have moved them.
    let given =
        batchStatistics
        ? nil : (mean: try running.mean.value.copy(), variance: try running.variance.value.copy())
    let (output, saved) = try kernel.forward(
        x.value, scale: scale?.value, shift: shift?.value, statistics: given,
        residual: residual?.value)
    if batchStatistics && context.updatesStatistics {
        try running.include(
            mean: saved.mean, variance: saved.variance, count: valuesPerChannel,
            replacing: context.replacesStatistics)
    }
    if let counter = context.counter {
        counter.add(shape.elementCount * (scale == nil ? 1 : 2))
        if thenReLU { counter.add(shape.elementCount) }
    }
    let inputs = [x, scale, shift, residual].compactMap(\.self)
    return context.record(
        output, from: inputs,
        gathering: { gradients in
            let parts = try kernel.backward(gradients, saved)
            return [parts.input, parts.scale, parts.shift, parts.residual].filter { $0 != nil }
        })
}
