// NumPy numbers become plain numbers, NumPy arrays become tensors.

extension PickleMachine {
    mutating func numpy(_ name: String, _ arguments: [PickleItem]) throws(FileProblem) -> PickleItem
    {
        if name == "numpy.dtype" {
            guard case .string(let code)? = arguments.first else {
                throw malformed("a numpy.dtype without a name")
            }
            return graph.add(PickleGraph.Node(kind: .numpyType(code)))
        }
        if name.hasSuffix("._reconstruct") {
            return graph.add(PickleGraph.Node(kind: .numpyArray))
        }
        guard arguments.count == 2, case .bytes(let bytes) = arguments[1] else {
            throw malformed("a NumPy number without its bytes")
        }
        return try number(try elementType(arguments[0]), bytes)
    }

    /// A byte-swapped type is refused; its state is (version, order, ...).
    func checkByteOrder(_ state: PickleItem) throws(FileProblem) {
        guard let parts = graph.elements(state), parts.count >= 2,
            case .string(let order) = parts[1]
        else {
            throw malformed("a numpy.dtype with an unknown state")
        }
        guard order != ">" else {
            throw FileProblem("holds a big-endian NumPy array", remedy: Remedy.saveAgain)
        }
    }

    /// The state of an array: (version, shape, dtype, is Fortran order, bytes).
    mutating func fillArray(_ index: Int, _ state: PickleItem) throws(FileProblem) {
        guard let parts = graph.elements(state), parts.count == 5,
            let shape = graph.integers(parts[1]), case .bool(let isFortran) = parts[3],
            case .bytes(let bytes) = parts[4]
        else {
            throw FileProblem(
                "holds a NumPy array of Python objects", remedy: Remedy.saveStateDictionary)
        }
        let elementType = try elementType(parts[2])
        var count = 1
        for extent in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !overflow else {
                throw malformed("a NumPy array of an impossible shape")
            }
            count = product
        }
        guard count <= bytes.count, count * elementType.byteCount == bytes.count else {
            throw malformed("a NumPy array whose bytes do not fit its shape")
        }
        let strides =
            isFortran
            ? TorchTensor.rowMajorStrides(shape.reversed()).reversed()
            : TorchTensor.rowMajorStrides(shape)
        let tensor = PickleGraph.Tensor(
            storage: graph.add(literal: bytes), storageCount: count,
            storageElementSize: elementType.byteCount, elementType: elementType, shape: shape,
            strides: strides, offset: 0)
        guard case .node(let filled) = graph.add(tensor) else {
            return
        }
        let kind = graph.nodes[filled].kind
        graph.update(index) { $0.kind = kind }
    }

    private func elementType(_ item: PickleItem) throws(FileProblem) -> TorchTensor.ElementType {
        guard case .node(let index) = item, case .numpyType(let code) = graph.nodes[index].kind
        else {
            throw malformed("a NumPy value without its type")
        }
        guard let type = TorchTensor.ElementType(numpyCode: code) else {
            throw FileProblem(
                "holds a NumPy value of type \(code), which is not supported",
                remedy: Remedy.saveStateDictionary)
        }
        return type
    }

    private func number(
        _ type: TorchTensor.ElementType, _ bytes: [UInt8]
    ) throws(FileProblem) -> PickleItem {
        guard bytes.count == type.byteCount else {
            throw malformed("a NumPy number of the wrong size")
        }
        let tensor = TorchTensor(
            checked: TorchStorage(bytes: bytes), elementType: type, shape: [1], strides: [1],
            offset: 0)
        switch type {
        case .bool: return .bool(bytes[0] != 0)
        case .float16, .bfloat16, .float32, .float64:
            if let value = try? tensor.doubleValues().first { return .double(value) }
        case .complex64, .complex128:
            throw FileProblem("holds a complex number, which is not supported")
        default:
            if let value = try? tensor.int64Values().first { return .int(Int(value)) }
            return .bigInteger(String(littleEndian(bytes, at: 0, as: UInt64.self)))
        }
        throw malformed("a NumPy number of the wrong size")
    }
}
