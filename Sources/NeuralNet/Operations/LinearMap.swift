import TensorCore

/// Multiplies rows by a weight and adds a bias.
///
/// Shape: `x` is `[N, I]`, `weight` `[O, I]`, `bias` `[O]`; the result is `[N, O]`.
/// Errors: throws `ShapeError` where the operands do not fit.
/// Source: `torch.nn.functional.linear`.
public func linear(
    _ x: Variable, weight: Variable, bias: Variable? = nil, _ context: ForwardContext
) throws -> Variable {
    let output = try LinearProduct.forward(x.value, weight: weight.value, bias: bias?.value)
    context.counter?.add(x.shape.elementCount * weight.shape[0])
    return context.record(output, from: [x, weight] + (bias.map { [$0] } ?? [])) { gradient in
        [
            x.needsGradient
                ? try LinearProduct.inputGradient(gradient, weight: weight.value) : nil,
            weight.needsGradient
                ? try LinearProduct.weightGradient(gradient, input: x.value) : nil,
            bias?.needsGradient == true ? try LinearProduct.biasGradient(gradient) : nil,
        ]
    }
}
