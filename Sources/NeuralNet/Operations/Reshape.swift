import TensorCore

/// The same values in another shape, in row-major order.
///
/// Errors: traps when the counts differ.
public func reshape(_ x: Variable, _ shape: [Int], _ context: ForwardContext) throws -> Variable {
    let original = x.shape
    return context.record(try x.value.reshaped(shape), from: [x]) { [try $0.reshaped(original)] }
}

/// All dimensions but the first as one.
///
/// Shape: `x` is `[N, …]`; the result is `[N, D]`.
public func flatten(_ x: Variable, _ context: ForwardContext) throws -> Variable {
    guard let count = x.shape.first else { return try reshape(x, [1], context) }
    return try reshape(x, [count, x.shape.dropFirst().reduce(1, *)], context)
}
