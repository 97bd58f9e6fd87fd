/// A kernel library refused a call.
public struct KernelError: Error, Sendable, CustomStringConvertible {
    /// The library's function.
    public let function: String
    /// What it answered.
    public let status: String

    /// The function and its answer.
    public var description: String { "\(function): \(status)" }
}

/// Operands that an operation cannot take.
public struct ShapeError: Error, Sendable, CustomStringConvertible {
    /// The operation, then what is wrong, with the shapes.
    public let description: String

    /// An error of that text, in the form `conv2d: input [8, 3, 32, 32] has 3 channels, …`.
    public init(_ description: String) { self.description = description }
}
