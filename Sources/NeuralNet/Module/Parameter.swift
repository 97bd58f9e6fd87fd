public import TensorCore

/// A trained array: plain single precision, in the shape of the state dictionary.
///
/// Its values change in place, so that optimizers, hooks and the kernels' own copies see one array.
public final class Parameter {
    /// The values, in plain layout.
    public let value: Tensor
    /// Whether training changes it; a frozen one gets no gradient.
    public var requiresGradient = true
    /// Kernel-layout copies of the values, dropped when they change.
    package let copies = KernelCopies()

    /// Where gradients are gathered; a slice of the optimizer's buffer once there is one.
    package private(set) var gradientStorage: Tensor?
    private var hasGradient = false

    /// A parameter with these values.
    public init(_ value: Tensor) { self.value = value }

    /// The gathered gradient, or nil where no backward pass has reached the parameter.
    public var gradient: Tensor? { hasGradient ? gradientStorage : nil }

    /// Replaces the values.
    ///
    /// Errors: traps when the count differs.
    public func assign(_ values: [Float]) throws {
        try value.assign(values)
        valueDidChange()
    }

    /// Tells that the values were changed in place, so that the kernels' copies are made anew.
    public func valueDidChange() { copies.invalidate() }

    /// Forgets the gradient; the next one to arrive starts from nothing.
    public func clearGradient() { hasGradient = false }

    /// Adds to the gathered gradient.
    public func accumulate(_ gradient: Tensor) throws {
        let storage = try gradientStorage ?? value.device.zeros(value.shape)
        gradientStorage = storage
        try storage.assign(gradient, adding: hasGradient)
        hasGradient = true
    }

    /// Gathers gradients in a slice of a buffer from now on, keeping what was gathered so far.
    package func useGradientStorage(_ storage: Tensor) throws {
        if let gradient { try storage.assign(gradient, adding: false) }
        gradientStorage = storage
    }

    /// Counts the gradient storage as a gradient, for values written there by others.
    package func markGradientPresent() { hasGradient = gradientStorage != nil }
}
