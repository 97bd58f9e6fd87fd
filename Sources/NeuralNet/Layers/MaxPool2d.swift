public import TensorCore

/// Max pooling as a layer.
///
/// Source: `torch.nn.MaxPool2d`.
public struct MaxPool2d: Layer {
    /// Kernel size, stride and padding.
    public let window: Window
    /// Whether a last window may hang over the edge.
    public let ceilMode: Bool

    /// A pooling over such windows.
    public init(_ window: Window, ceilMode: Bool = false) {
        self.window = window
        self.ceilMode = ceilMode
    }

    /// Nothing is saved.
    public var members: Members { [:] }

    /// The largest value of every window.
    public func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        try maxPool2d(x, window, ceilMode: ceilMode, context)
    }
}
