public import TensorCore

/// The largest value of every window.
///
/// Shape: `x` is `[N, C, H, W]`; the result `[N, C, H', W']`.
/// Errors: throws `ShapeError` where no window fits.
/// Source: `torch.nn.functional.max_pool2d`.
public func maxPool2d(
    _ x: Variable, _ window: Window, ceilMode: Bool = false, _ context: ForwardContext
) throws -> Variable {
    try pool2d(.maximum, x, window, ceilMode: ceilMode, context)
}

/// The mean of every window; zeros of the padding count unless told otherwise.
///
/// Shape: `x` is `[N, C, H, W]`; the result `[N, C, H', W']`.
/// Errors: throws `ShapeError` where no window fits.
/// Source: `torch.nn.functional.avg_pool2d`.
public func averagePool2d(
    _ x: Variable, _ window: Window, ceilMode: Bool = false, countIncludesPadding: Bool = true,
    _ context: ForwardContext
) throws -> Variable {
    try pool2d(
        countIncludesPadding ? .averageWithPadding : .averageWithoutPadding, x, window,
        ceilMode: ceilMode, context)
}

/// The mean of every channel.
///
/// Shape: `x` is `[N, C, H, W]`; the result `[N, C, 1, 1]`.
/// Source: `torch.nn.AdaptiveAvgPool2d(1)`.
public func globalAveragePool2d(_ x: Variable, _ context: ForwardContext) throws -> Variable {
    guard x.shape.count == 4 else {
        throw ShapeError("global average pooling: input \(x.shape) must have four dimensions")
    }
    return try averagePool2d(x, Window(kernel: (x.shape[2], x.shape[3])), context)
}

private func pool2d(
    _ kind: PoolingKind, _ x: Variable, _ window: Window, ceilMode: Bool, _ context: ForwardContext
) throws -> Variable {
    let kernel = try Pooling.prepared(kind, x.value, window, roundsUp: ceilMode)
    let (output, workspace) = try kernel.forward(x.value)
    return context.record(output, from: [x]) {
        [try kernel.backward($0, workspace: workspace)]
    }
}
