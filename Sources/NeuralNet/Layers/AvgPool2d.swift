public import TensorCore

/// Average pooling as a layer.
///
/// Source: `torch.nn.AvgPool2d`.
public struct AvgPool2d: Layer {
    /// Kernel size, stride and padding.
    public let window: Window
    /// Whether a last window may hang over the edge.
    public let ceilMode: Bool
    /// Whether zeros of the padding count.
    public let countIncludesPadding: Bool

    /// A pooling over such windows.
    public init(_ window: Window, ceilMode: Bool = false, countIncludesPadding: Bool = true) {
        self.window = window
        self.ceilMode = ceilMode
        self.countIncludesPadding = countIncludesPadding
    }

    /// Nothing is saved.
    public var members: Members { [:] }

    /// The mean of every window.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        try averagePool2d(
            x, window, ceilMode: ceilMode, countIncludesPadding: countIncludesPadding, context)
    }
}
