public import TensorCore

/// An array in a forward pass: its values, and its place on the tape.
public struct Variable {
    /// The values.
    public let value: Tensor
    /// The tape's node that made it; nil for a constant.
    package let node: Int?

    /// A constant: nothing behind it gets a gradient.
    public init(_ value: Tensor) {
        self.value = value
        node = nil
    }

    package init(_ value: Tensor, node: Int?) {
        self.value = value
        self.node = node
    }

    /// The size of every dimension.
    public var shape: [Int] { value.shape }
    /// Whether the backward pass has anything to do behind it.
    public var needsGradient: Bool { node != nil }
}
