public import TensorCore

/// Convolves images with a weight.
///
/// Shape: `x` is `[N, C, H, W]`, `weight` `[K, C / groups, R, S]`, `bias` `[K]`; the result is
/// `[N, K, H', W']`.
/// Errors: throws `ShapeError` where the operands do not fit.
/// Source: `torch.nn.functional.conv2d`.
public func conv2d(
    _ x: Variable, weight: Variable, bias: Variable? = nil, _ window: Window, groups: Int = 1,
    _ context: ForwardContext
) throws -> Variable {
    try conv2d(
        x, weight: weight, copies: nil, bias: bias, window, groups: groups, context)
}

/// The same, with the kernels' copies of a parameter's weight.
func conv2d(
    _ x: Variable, weight: Variable, copies: KernelCopies?, bias: Variable?, _ window: Window,
    groups: Int, _ context: ForwardContext
) throws -> Variable {
    let kernel = try Convolution.prepared(
        input: x.value, weight: weight.value, window: window, groups: groups, hasBias: bias != nil,
        elementType: context.precision)
    let output = try kernel.forward(
        x.value, weight: weight.value, copies: copies, bias: bias?.value)
    if let counter = context.counter {
        let pixels = output.shape.elementCount / max(1, output.shape[1])
        counter.add(weight.shape.elementCount * pixels)
        if bias != nil { counter.add(output.shape.elementCount) }
    }
    return context.record(output, from: [x, weight] + (bias.map { [$0] } ?? [])) { gradient in
        let input =
            x.needsGradient
            ? try kernel.inputGradient(gradient, weight: weight.value, copies: copies) : nil
        guard weight.needsGradient || bias?.needsGradient == true else { return [input, nil, nil] }
        let parts = try kernel.weightGradient(gradient, input: x.value)
        return [input, parts.weight, parts.bias]
    }
}
