/// A tensor of a file: a view of numbers in a storage.
///
/// Shape: `strides` and `offset` count elements of the storage.
public struct TorchTensor: Sendable {
    /// The numbers, possibly shared with other tensors.
    public let storage: TorchStorage
    /// The type of one element.
    public let elementType: ElementType
    /// The extent of each dimension; empty for a single number.
    public let shape: [Int]
    /// How many elements apart neighbours of each dimension are.
    public let strides: [Int]
    /// The element of the storage that comes first.
    public let offset: Int
    /// Whether PyTorch computes a gradient for the tensor.
    public var requiresGradient = false
    /// Whether the tensor is a `torch.nn.Parameter`.
    public var isParameter = false

    /// Makes a view of a storage; traps when it reaches beyond the storage.
    public init(
        storage: TorchStorage, elementType: ElementType, shape: [Int], strides: [Int], offset: Int
    ) {
        let problem = Self.problem(
            storage: storage, elementType: elementType, shape: shape, strides: strides,
            offset: offset)
        require(problem == nil, problem ?? "")
        self.init(
            checked: storage, elementType: elementType, shape: shape, strides: strides,
            offset: offset)
    }

    init(
        checked storage: TorchStorage, elementType: ElementType, shape: [Int], strides: [Int],
        offset: Int
    ) {
        self.storage = storage
        self.elementType = elementType
        self.shape = shape
        self.strides = strides
        self.offset = offset
    }

    /// Makes a tensor of numbers in row-major order, without copying them.
    public init(float32 values: [Float], shape: [Int]) {
        self.init(TorchStorage(float32: values), .float32, shape)
    }

    /// Makes a tensor of integers in row-major order.
    public init(int64 values: [Int64], shape: [Int]) {
        self.init(TorchStorage(bytes: littleEndianBytes(values)), .int64, shape)
    }

    /// Makes a tensor of bytes in row-major order, without copying them.
    public init(uint8 values: [UInt8], shape: [Int]) {
        self.init(TorchStorage(bytes: values), .uint8, shape)
    }

    /// Makes a tensor of double-precision numbers in row-major order.
    public init(float64 values: [Double], shape: [Int]) {
        let storage = TorchStorage(bytes: littleEndianBytes(values.lazy.map(\.bitPattern)))
        self.init(storage, .float64, shape)
    }

    private init(_ storage: TorchStorage, _ elementType: ElementType, _ shape: [Int]) {
        let count = storage.byteCount / elementType.byteCount
        require(
            shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == count,
            "a tensor of shape \(shape) does not have \(count) elements")
        self.init(
            checked: storage, elementType: elementType, shape: shape,
            strides: Self.rowMajorStrides(shape), offset: 0)
    }

    /// How many elements the tensor shows.
    public var elementCount: Int { shape.contains(0) ? 0 : shape.reduce(1, *) }

    /// Whether the elements lie in the storage in row-major order without gaps.
    public var isContiguous: Bool {
        if shape.contains(0) {
            return true
        }
        var expected = 1
        for (extent, stride) in zip(shape, strides).reversed() where extent != 1 {
            guard stride == expected else {
                return false
            }
            expected *= extent
        }
        return true
    }

    /// The strides of a tensor without gaps; a dimension of extent 0 counts as 1, as in PyTorch.
    static func rowMajorStrides(_ shape: [Int]) -> [Int] {
        var strides = shape
        var stride = 1
        for dimension in shape.indices.reversed() {
            strides[dimension] = stride
            stride *= max(shape[dimension], 1)
        }
        return strides
    }
}
