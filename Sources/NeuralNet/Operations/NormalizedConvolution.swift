import TensorCore

/// Convolves, normalises, adds another array on request and rectifies on request.
///
/// It is what the layers give one after another. Where running statistics normalise and nothing is
/// recorded, the normalisation becomes part of weight and bias, and one kernel does it all.
/// Errors: throws `ShapeError` where the operands do not fit.
public func normalizedConvolution(
    _ x: Variable, _ convolution: Conv2d, _ norm: BatchNorm2d, adding other: Variable? = nil,
    thenReLU: Bool = false, _ context: ForwardContext
) throws -> Variable {
    let channels = convolution.weight.value.shape[0]
    guard context.mode == .evaluation, context.tape == nil, context.counter == nil,
        norm.running.mean.value.count == channels
    else {
        return try norm(convolution(x, context), adding: other, thenReLU: thenReLU, context)
    }
    let weight = convolution.weight
    let kernel = try Convolution.prepared(
        input: x.value, weight: weight.value, window: convolution.window,
        groups: convolution.groups, hasBias: true, elementType: context.precision)
    let affine = try NormalizationFactors(
        mean: norm.running.mean.value, variance: norm.running.variance.value,
        epsilon: norm.epsilon, scale: norm.weight?.value, shift: norm.bias?.value,
        bias: convolution.bias?.value)
    let output = try kernel.forward(
        x.value, weight: weight.value, copies: weight.copies, factors: affine.factors,
        shifts: affine.shifts, adding: other?.value, thenReLU: thenReLU)
    // There is no tape; this tells measured times.
    return context.record(output, from: [x, other].compactMap(\.self), pullback: { _ in [] })
}
