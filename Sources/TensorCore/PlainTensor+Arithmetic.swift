extension PlainTensor {
    /// The rows of these numbers, in this order: `images[rows: order]` is PyTorch's `images[order]`.
    public subscript(rows order: [Int]) -> PlainTensor {
        require(!shape.isEmpty, "a scalar has no rows")
        let width = shape.dropFirst().reduce(1, *)
        func gathered<Element>(_ values: [Element]) -> [Element] {
            var result: [Element] = []
            result.reserveCapacity(order.count * width)
            for row in order {
                require(0..<shape[0] ~= row, "row \(row) of \(shape[0])")
                result.append(contentsOf: values[(row * width)..<((row + 1) * width)])
            }
            return result
        }
        let shape = [order.count] + shape.dropFirst()
        switch elements {
        case .uint8(let values): return PlainTensor(gathered(values), shape: shape)
        case .int64(let values): return PlainTensor(gathered(values), shape: shape)
        case .float32(let values): return PlainTensor(gathered(values), shape: shape)
        }
    }

    /// Every number times a factor, in single precision.
    public static func * (factor: Double, tensor: PlainTensor) -> PlainTensor {
        let factor = Float(factor)
        return PlainTensor(tensor.floats.map { factor * $0 }, shape: tensor.shape)
    }

    /// The sums of two arrays of one shape, in single precision.
    ///
    /// Errors: traps where the shapes differ.
    public static func + (a: PlainTensor, b: PlainTensor) -> PlainTensor {
        require(a.shape == b.shape, "the shapes \(a.shape) and \(b.shape) do not add up")
        return PlainTensor(zip(a.floats, b.floats).map { $0 + $1 }, shape: a.shape)
    }
}
