import TensorCore

/// Arrays one behind the other along a dimension; a negative one counts from the end.
///
/// Errors: throws `ShapeError` without arrays, or where they differ in another dimension.
/// Source: `torch.cat`.
public func concatenate(_ parts: [Variable], dimension: Int = 0, _ context: ForwardContext) throws
    -> Variable
{
    guard let first = parts.first else { throw ShapeError("concat: there are no arrays") }
    guard !first.shape.isEmpty else { throw ShapeError("concat: scalars cannot be concatenated") }
    let dimension = try resolve([dimension], in: first.shape, "concat")[0]
    for part in parts {
        var shape = part.shape
        if shape.count == first.shape.count { shape[dimension] = first.shape[dimension] }
        guard shape == first.shape else {
            throw ShapeError(
                "concat: \(first.shape) and \(part.shape) differ beside dimension \(dimension)")
        }
    }
    let values = parts.map(\.value)
    let whole = try Concatenation(of: values, along: dimension)
    let needed = parts.map(\.needsGradient)
    return context.record(try whole.forward(values), from: parts) {
        try whole.backward($0, needed: needed)
    }
}
