public import TensorCore

/// A saved array that is not trained, such as the running mean of batch normalisation.
public final class Buffer {
    /// The values, in plain layout; they change in place.
    public let value: Tensor

    /// A buffer with these values.
    public init(_ value: Tensor) { self.value = value }
}

/// A saved integer, such as the number of batches a normalisation has seen.
public final class Counter {
    /// The number.
    public var value: Int64

    /// A counter that starts at `value`.
    public init(_ value: Int64 = 0) { self.value = value }
}
