import TensorCore

/// The softmax of every line along a dimension; a negative one counts from the end.
///
/// Errors: throws `ShapeError` where the array has no such dimension.
/// Source: `torch.nn.functional.softmax`.
public func softmax(_ x: Variable, dimension: Int, _ context: ForwardContext) throws -> Variable {
    let dimension = try resolve([dimension], in: x.shape, "softmax")[0]
    let kernel = try SoftmaxKernel.prepared(x.value, dimension: dimension)
    let output = try kernel.forward(x.value)
    return context.record(output, from: [x]) { [try kernel.backward($0, output: output)] }
}

/// The logarithm of the softmax of every line along a dimension; a negative one counts from the end.
///
/// Errors: throws `ShapeError` where the array has no such dimension.
/// Source: `torch.nn.functional.log_softmax`.
public func logSoftmax(_ x: Variable, dimension: Int, _ context: ForwardContext) throws -> Variable
{
    let dimension = try resolve([dimension], in: x.shape, "log softmax")[0]
    let output = try LogSoftmax.forward(x.value, dimension: dimension)
    return context.record(output, from: [x]) {
        [try LogSoftmax.backward($0, output: output, dimension: dimension)]
    }
}
