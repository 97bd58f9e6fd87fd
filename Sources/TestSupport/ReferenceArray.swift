package import TensorCore

/// An array of double-precision numbers in row-major order, for references.
package struct ReferenceArray: Sendable, Equatable {
    /// The size of every dimension.
    package let shape: [Int]
    /// The numbers.
    package var values: [Double]

    /// Wraps numbers that are already in row-major order.
    package init(_ values: [Double], shape: [Int]) {
        require(
            values.count == shape.elementCount,
            "\(values.count) values do not fill the shape \(shape)")
        self.values = values
        self.shape = shape
    }

    /// Zeros.
    package init(zeros shape: [Int]) {
        self.init([Double](repeating: 0, count: shape.elementCount), shape: shape)
    }

    /// Numbers between -1 and 1 that are exact in single precision; the same ones for the same key.
    package init(random shape: [Int], _ key: String) {
        var stream = KeyedRandom(seed: 0).at(key).stream()
        self.init(
            (0..<shape.elementCount).map { _ in Double(Float(stream.uniform(-1, 1))) }, shape: shape
        )
    }

    /// The numbers in single precision.
    package var floats: [Float] { values.map(Float.init) }

    /// The numbers as a tensor.
    package func tensor(on device: Device) throws -> Tensor {
        try device.tensor(floats, shape: shape)
    }

    /// Applies a function to every number.
    package func map(_ transform: (Double) -> Double) -> ReferenceArray {
        ReferenceArray(values.map(transform), shape: shape)
    }

    /// Combines two arrays of one shape, number by number.
    package func combined(with other: ReferenceArray, _ combine: (Double, Double) -> Double)
        -> ReferenceArray
    {
        require(shape == other.shape, "\(shape) is combined with \(other.shape)")
        return ReferenceArray(zip(values, other.values).map(combine), shape: shape)
    }
}

extension Tensor {
    /// The values with their shape, as plain data.
    package func plainTensor() throws -> PlainTensor {
        PlainTensor(try plainValues(), shape: shape)
    }
}
