/// An array of numbers on a device.
///
/// Its values may lie in a layout of the kernel library's own, carried from operation to operation;
/// `plainValues()` brings them out in row-major order. Operations make new tensors; only parameters,
/// buffers and gathered gradients change in place.
public struct Tensor {
    /// The size of every dimension; empty for a scalar.
    public let shape: [Int]
    let storage: Storage
    /// Where the values begin in the storage, in elements.
    let offset: Int
    let layout: Layout

    init(shape: [Int], storage: Storage, offset: Int = 0, layout: Layout) {
        self.shape = shape
        self.storage = storage
        self.offset = offset
        self.layout = layout
    }

    /// The device it lives on.
    public var device: Device { storage.device }
    /// How many numbers it holds.
    public var count: Int { shape.elementCount }
    /// How the numbers are stored.
    public var elementType: ElementType { layout.elementType }
    /// Whether the values lie in row-major order without gaps, in single precision.
    var isPlain: Bool { layout.isPlain }

    var pointer: UnsafeMutablePointer<Float> {
        unsafe storage.pointer.assumingMemoryBound(to: Float.self) + offset
    }

    /// The values of a plain tensor.
    var buffer: UnsafeMutableBufferPointer<Float> {
        require(isPlain, "a kernel's layout is read as plain values")
        return unsafe UnsafeMutableBufferPointer(start: pointer, count: count)
    }
}

extension Device {
    /// A tensor whose values nobody has written yet.
    func empty(_ shape: [Int]) -> Tensor {
        empty(shape, layout: kernels.plainLayout(shape))
    }

    func empty(_ shape: [Int], layout: Layout) -> Tensor {
        Tensor(shape: shape, storage: Storage(self, bytes: layout.byteCount), layout: layout)
    }

    /// A tensor of these row-major values.
    ///
    /// Errors: traps when the count does not fit the shape.
    public func tensor(_ values: [Float], shape: [Int]) throws -> Tensor {
        let tensor = empty(shape)
        try tensor.assign(values)
        return tensor
    }

    /// A tensor of data as a batch holds it; integers become single precision.
    public func tensor(_ values: PlainTensor) throws -> Tensor {
        try tensor(values.floats, shape: values.shape)
    }

    /// A tensor filled with one value.
    public func full(_ shape: [Int], _ value: Float) throws -> Tensor {
        let tensor = empty(shape)
        try tensor.fill(value)
        return tensor
    }

    /// A tensor of zeros.
    public func zeros(_ shape: [Int]) throws -> Tensor { try full(shape, 0) }
}

extension Tensor {
    /// The values in row-major order.
    public func plainValues() throws -> [Float] {
        let plain = try plain()
        return unsafe Array(plain.buffer)
    }

    /// The only value of a tensor with one element.
    ///
    /// Errors: traps when there are more.
    public func scalar() throws -> Float {
        require(count == 1, "a tensor of shape \(shape) is read as one value")
        return try plainValues()[0]
    }

    /// The same values in another shape, in row-major order.
    ///
    /// Errors: traps when the counts differ.
    public func reshaped(_ shape: [Int]) throws -> Tensor {
        require(shape.elementCount == count, "\(self.shape) does not reshape to \(shape)")
        let plain = try plain()
        return Tensor(
            shape: shape, storage: plain.storage, offset: plain.offset,
            layout: device.kernels.plainLayout(shape))
    }

    /// A part of a plain tensor's memory as a tensor of its own, which shares it.
    ///
    /// Errors: traps when it reaches beyond the end.
    package func slice(from start: Int, shape: [Int]) throws -> Tensor {
        require(
            isPlain && start >= 0 && start + shape.elementCount <= count,
            "a slice \(shape) at \(start) of \(self.shape)")
        return Tensor(
            shape: shape, storage: storage, offset: offset + start,
            layout: device.kernels.plainLayout(shape))
    }

    /// Replaces the values of a plain tensor.
    ///
    /// Errors: traps when the counts differ.
    package func assign(_ values: [Float]) throws {
        require(values.count == count, "\(values.count) values for the shape \(shape)")
        _ = unsafe buffer.update(fromContentsOf: values)
    }

    /// Sets all memory of the tensor to 0, whatever its layout.
    func clearMemory() {
        unsafe UnsafeMutableRawPointer(pointer).initializeMemory(
            as: UInt8.self, repeating: 0, count: layout.byteCount)
    }

    /// Fills a plain tensor with one value.
    package func fill(_ value: Float) throws { unsafe buffer.update(repeating: value) }
}
