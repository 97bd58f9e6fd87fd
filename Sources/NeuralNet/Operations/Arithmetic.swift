import TensorCore

/// The difference of two arrays of one shape.
///
/// Errors: throws `ShapeError` where the shapes differ.
public func subtract(_ a: Variable, _ b: Variable, _ context: ForwardContext) throws -> Variable {
    context.record(try a.value.subtracting(b.value), from: [a, b]) { gradient in
        [
            gradient,
            b.needsGradient
                ? try gradient.applying(.linear(factor: -1, shift: 0)) : nil,
        ]
    }
}

/// The product of two arrays of one shape, element by element.
///
/// Errors: throws `ShapeError` where the shapes differ.
public func multiply(_ a: Variable, _ b: Variable, _ context: ForwardContext) throws -> Variable {
    context.record(try a.value.multiplied(by: b.value), from: [a, b]) { gradient in
        [
            a.needsGradient ? try gradient.multiplied(by: b.value) : nil,
            b.needsGradient ? try gradient.multiplied(by: a.value) : nil,
        ]
    }
}

/// Every value times `factor`, plus `shift`.
public func scale(
    _ x: Variable, by factor: Double, plus shift: Double = 0, _ context: ForwardContext
) throws -> Variable {
    let factor = Float(factor)
    let output = try x.value.applying(.linear(factor: factor, shift: Float(shift)))
    return context.record(output, from: [x]) {
        [factor == 1 ? $0 : try $0.applying(.linear(factor: factor, shift: 0))]
    }
}
