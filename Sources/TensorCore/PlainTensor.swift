/// An array of numbers in row-major order, as data, files and tests exchange it.
///
/// It owns plain Swift memory and knows no device, so it may cross threads.
public struct PlainTensor: Sendable, Equatable {
    /// The numbers, in one of the element types data and checkpoints use.
    public enum Elements: Sendable, Equatable {
        case uint8([UInt8])
        case int64([Int64])
        case float32([Float])

        /// How many numbers there are.
        public var count: Int {
            switch self {
            case .uint8(let values): values.count
            case .int64(let values): values.count
            case .float32(let values): values.count
            }
        }
    }

    /// The size of every dimension; empty for a scalar.
    public let shape: [Int]
    /// The numbers in row-major order.
    public let elements: Elements

    /// Wraps numbers that are already in row-major order.
    ///
    /// Errors: traps when the count does not fit the shape.
    public init(_ elements: Elements, shape: [Int]) {
        require(
            elements.count == shape.elementCount,
            "\(elements.count) values do not fill the shape \(shape)")
        self.elements = elements
        self.shape = shape
    }

    /// Wraps single-precision numbers.
    public init(_ values: [Float], shape: [Int]) { self.init(.float32(values), shape: shape) }

    /// Wraps integers.
    public init(_ values: [Int64], shape: [Int]) { self.init(.int64(values), shape: shape) }

    /// Wraps bytes.
    public init(_ values: [UInt8], shape: [Int]) { self.init(.uint8(values), shape: shape) }

    /// The numbers as single-precision values, converted where they are integers.
    public var floats: [Float] {
        switch elements {
        case .uint8(let values): values.map(Float.init)
        case .int64(let values): values.map(Float.init)
        case .float32(let values): values
        }
    }

    /// The numbers as integers, or nil where they are fractions by type.
    public var integers: [Int64]? {
        switch elements {
        case .uint8(let values): values.map(Int64.init)
        case .int64(let values): values
        case .float32: nil
        }
    }
}

extension [Int] {
    /// How many elements an array of this shape holds: 1 for a scalar.
    public var elementCount: Int { reduce(1, *) }
}
