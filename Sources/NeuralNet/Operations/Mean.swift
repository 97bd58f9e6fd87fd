import TensorCore

/// The mean along some dimensions, or of all values; negative dimensions count from the end.
///
/// Shape: the dimensions vanish, or stay with size 1 where they are kept.
/// Errors: throws `ShapeError` where the array has no such dimension.
/// Source: `torch.mean`.
public func mean(
    _ x: Variable, dimensions: [Int]? = nil, keepsDimensions: Bool = false,
    _ context: ForwardContext
) throws -> Variable {
    try sum(x, dimensions, keepsDimensions, "mean", context) { 1 / Double($0) }
}

/// The sum along some dimensions, or of all values; negative dimensions count from the end.
///
/// Shape: the dimensions vanish, or stay with size 1 where they are kept.
/// Errors: throws `ShapeError` where the array has no such dimension.
/// Source: `torch.sum`.
public func sum(
    _ x: Variable, dimensions: [Int]? = nil, keepsDimensions: Bool = false,
    _ context: ForwardContext
) throws -> Variable {
    try sum(x, dimensions, keepsDimensions, "sum", context) { _ in 1 }
}

private func sum(
    _ x: Variable, _ dimensions: [Int]?, _ keepsDimensions: Bool, _ name: String,
    _ context: ForwardContext, factor: (_ count: Int) -> Double
) throws -> Variable {
    let shape = x.shape
    guard !shape.isEmpty else {
        _ = try resolve(dimensions ?? [], in: shape, name)
        return x
    }
    // As in PyTorch, no dimensions are all of them.
    let named = try resolve(dimensions ?? [], in: shape, name)
    let dimensions = named.isEmpty ? Array(shape.indices) : named
    let factor = factor(dimensions.reduce(1) { $0 * shape[$1] })
    let kept = try x.value.summed(along: dimensions, times: factor)
    let keptShape = kept.shape
    let rest = shape.indices.filter { !dimensions.contains($0) }.map { shape[$0] }
    let output = keepsDimensions ? kept : try kept.reshaped(rest)
    return context.record(output, from: [x]) {
        [try $0.reshaped(keptShape).repeated(toFill: shape, times: Float(factor))]
    }
}
