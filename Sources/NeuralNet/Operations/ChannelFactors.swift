import TensorCore

/// Every channel of every image times a factor of its own.
///
/// Shape: `x` is `[N, C, …]`, `factors` is `[N, C]` or `[N, C, 1, 1]`.
/// Errors: throws `ShapeError` where there is not one factor a channel.
public func multiplyChannels(_ x: Variable, by factors: Variable, _ context: ForwardContext) throws
    -> Variable
{
    let (values, scales) = (x.value, factors.value)
    return context.record(try values.multiplied(byChannels: scales), from: [x, factors]) {
        gradient in
        [
            x.needsGradient ? try gradient.multiplied(byChannels: scales) : nil,
            factors.needsGradient
                ? try values.channelSums(ofProductsWith: gradient).reshaped(scales.shape) : nil,
        ]
    }
}
