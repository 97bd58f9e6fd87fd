public import TensorCore

/// The mean of every window; zeros of the padding count unless told otherwise.
///
/// Of a window that hangs over the padded input, the part inside counts.
/// Shape: `x` is `[N, C, H, W]`; the result `[N, C, H', W']`.
/// Errors: throws `ShapeError` where no window fits.
/// Source: `torch.nn.functional.avg_pool2d`.
public func averagePool2d(
    _ x: Variable, _ window: Window, ceilMode: Bool = false, countIncludesPadding: Bool = true,
    _ context: ForwardContext
) throws -> Variable {
    try window.requireHalfPadding()
    if ceilMode && countIncludesPadding, let means = WindowMeans(countingPadding: window, x.value) {
        return try windowMeans(means, x, context)
    }
    return try pool2d(
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
    // One pixel is its own mean.
    if x.shape[2...] == [1, 1] {
        context.counter?.add(x.shape.elementCount)
        return x
    }
    return try averagePool2d(x, Window(kernel: (x.shape[2], x.shape[3])), context)
}

/// Means of windows so chosen that the result has the given size; nil keeps the input's.
///
/// Shape: `x` is `[N, C, H, W]`; the result `[N, C, height, width]`.
/// Errors: throws `ShapeError` where the input has no four dimensions, or no pixels.
/// Source: `torch.nn.functional.adaptive_avg_pool2d`.
public func adaptiveAveragePool2d(
    _ x: Variable, height: Int?, width: Int?, _ context: ForwardContext
) throws -> Variable {
    let shape = x.shape
    let (height, width) = (height ?? shape.dropFirst(2).first ?? 0, width ?? shape.last ?? 0)
    let means = try WindowMeans(adaptive: (height, width), x.value)
    guard shape[2] % height == 0, shape[3] % width == 0 else {
        return try windowMeans(means, x, context)
    }
    // Windows are alike: the kernel library pools, and keeps its layout.
    let size = (shape[2] / height, shape[3] / width)
    return try averagePool2d(x, Window(kernel: size, stride: size), context)
}

private func windowMeans(
    _ means: WindowMeans, _ x: Variable, _ context: ForwardContext,
    caller: StaticString = #function
) throws -> Variable {
    context.counter?.add(x.shape.elementCount)
    return context.record(try means.forward(x.value), from: [x], function: caller) {
        [try means.backward($0)]
    }
}
