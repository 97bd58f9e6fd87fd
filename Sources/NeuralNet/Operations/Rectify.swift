import TensorCore

/// Replaces negative values by 0.
///
/// Source: `torch.nn.functional.relu`.
public func relu(_ x: Variable, _ context: ForwardContext) throws -> Variable {
    let output = try x.value.rectified()
    context.counter?.add(x.shape.elementCount)
    return context.record(output, from: [x]) { [try output.rectifiedGradient($0)] }
}

/// Adds two arrays of one shape, and rectifies the sum on request.
///
/// Errors: throws `ShapeError` where the shapes differ.
public func add(_ a: Variable, _ b: Variable, thenReLU: Bool = false, _ context: ForwardContext)
    throws -> Variable
{
    let output = try a.value.adding(b.value, thenReLU: thenReLU)
    if thenReLU { context.counter?.add(a.shape.elementCount) }
    return context.record(output, from: [a, b]) { gradient in
        let part = thenReLU ? try output.rectifiedGradient(gradient) : gradient
        return [part, part]
    }
}
