public import TensorCore

/// The largest value of every window.
///
/// Shape: `x` is `[N, C, H, W]`; the result `[N, C, H', W']`.
/// Errors: throws `ShapeError` where no window fits.
/// Source: `torch.nn.functional.max_pool2d`.
public func maxPool2d(
    _ x: Variable, _ window: Window, ceilMode: Bool = false, _ context: ForwardContext
) throws -> Variable {
    try window.requireHalfPadding()
    return try pool2d(.maximum, x, window, ceilMode: ceilMode, context)
}

extension Window {
    /// Refuses a padding in which whole windows could lie, as PyTorch does.
    func requireHalfPadding() throws {
        func reach(_ kernel: Int, _ dilation: Int) -> Int { ((kernel - 1) * dilation + 1) / 2 }
        guard padding.height <= reach(kernel.height, dilation.height),
            padding.width <= reach(kernel.width, dilation.width)
        else {
            throw ShapeError(
                "pooling: padding (\(padding.height), \(padding.width)) is more than half of the "
                    + "kernel (\(kernel.height), \(kernel.width))")
        }
    }
}

/// One of the kernel library's poolings.
func pool2d(
    _ kind: PoolingKind, _ x: Variable, _ window: Window, ceilMode: Bool, _ context: ForwardContext
) throws -> Variable {
    let kernel = try Pooling.prepared(kind, x.value, window, roundsUp: ceilMode)
    let (output, workspace) = try kernel.forward(x.value)
    context.counter?.add(x.shape.elementCount)
    return context.record(output, from: [x]) {
        [try kernel.backward($0, workspace: workspace)]
    }
}
