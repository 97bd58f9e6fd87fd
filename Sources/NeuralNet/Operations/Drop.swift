import TensorCore

/// Zeroes each value with probability `rate` in training, and scales the others up to keep the mean.
///
/// The choice depends on seed, iteration and `name` alone.
/// Source: `torch.nn.functional.dropout`; the draws are ours.
public func dropout(_ x: Variable, rate: Double, name: String, _ context: ForwardContext) throws
    -> Variable
{
    guard context.mode == .training, rate > 0 else { return x }
    let mask = keepFactors(x.value.count, rate: rate, name: name, context)
    let factors = try context.device.tensor(mask, shape: x.shape)
    return context.record(try x.value.multiplied(by: factors), from: [x]) {
        [try $0.multiplied(by: factors)]
    }
}

/// Leaves whole samples out with probability `rate` in training, and scales the others up to keep the
/// mean.
///
/// The choice depends on seed, iteration and `name` alone.
/// Shape: `x` is `[N, C, …]`.
/// Source: `DropPath` of MMCV; the draws are ours.
public func dropPath(_ x: Variable, rate: Double, name: String, _ context: ForwardContext) throws
    -> Variable
{
    guard context.mode == .training, rate > 0, x.shape.count >= 2 else { return x }
    let samples = keepFactors(x.shape[0], rate: rate, name: name, context)
    let channels = x.shape[1]
    let factors = try context.device.tensor(
        samples.flatMap { [Float](repeating: $0, count: channels) },
        shape: [samples.count, channels])
    return try multiplyChannels(x, by: Variable(factors), context)
}

/// So many factors: 0 with probability `rate`, else what keeps the mean.
private func keepFactors(
    _ count: Int, rate: Double, name: String, _ context: ForwardContext
) -> [Float] {
    var stream = context.random.at(name).stream()
    let kept = rate < 1 ? Float(1 / (1 - rate)) : 0
    let threshold = UInt32(min(rate * 0x1p32, 0x1p32 - 1))
    return (0..<count).map { _ in stream.next32() < threshold ? 0 : kept }
}
