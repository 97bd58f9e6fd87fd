/// A tensor whose elements do not convert to the numbers somebody asked for.
public struct TorchConversionError: Error, Sendable, CustomStringConvertible {
    /// What the tensor holds.
    public let elementType: TorchTensor.ElementType
    /// The type of number asked for.
    public let requested: TorchTensor.ElementType

    /// The message for the user, to be placed behind the tensor's name.
    public var description: String {
        "expected numbers that fit \(requested.rawValue), got \(elementType.rawValue)"
    }
}

extension TorchTensor {
    /// The elements in row-major order, converted to single precision.
    ///
    /// A float32 tensor that is the whole of its storage is returned without a copy.
    ///
    /// - Throws: An error for complex numbers.
    public func float32Values() throws(TorchConversionError) -> [Float] {
        guard elementType == .float32, case .floats(let values) = storage.contents else {
            return try converted(as: .float32)
        }
        guard isContiguous else {
            return gather { values[$0] }
        }
        if elementCount == values.count {
            return values
        }
        return Array(values[min(offset, values.count)...].prefix(elementCount))
    }

    /// The elements in row-major order, converted to double precision.
    ///
    /// - Throws: An error for complex numbers.
    public func doubleValues() throws(TorchConversionError) -> [Double] {
        if elementType == .float32, case .floats(let values) = storage.contents {
            return gather { Double(values[$0]) }
        }
        return try converted(as: .float64)
    }

    /// The elements in row-major order, as integers.
    ///
    /// - Throws: An error unless the tensor holds integers or truth values that fit.
    public func int64Values() throws(TorchConversionError) -> [Int64] {
        let bytes = storage.bytes
        switch elementType {
        case .int64: return gather { littleEndian(bytes, at: $0 * 8, as: Int64.self) }
        case .int32: return gather { Int64(littleEndian(bytes, at: $0 * 4, as: Int32.self)) }
        case .int16: return gather { Int64(littleEndian(bytes, at: $0 * 2, as: Int16.self)) }
        case .int8: return gather { Int64(Int8(bitPattern: bytes[$0])) }
        case .uint32: return gather { Int64(littleEndian(bytes, at: $0 * 4, as: UInt32.self)) }
        case .uint16: return gather { Int64(littleEndian(bytes, at: $0 * 2, as: UInt16.self)) }
        case .uint8: return gather { Int64(bytes[$0]) }
        case .bool: return gather { bytes[$0] == 0 ? 0 : 1 }
        case .uint64:
            let values = gather { littleEndian(bytes, at: $0 * 8, as: UInt64.self) }
            guard values.allSatisfy({ $0 <= UInt64(Int64.max) }) else {
                throw TorchConversionError(elementType: elementType, requested: .int64)
            }
            return values.map(Int64.init)
        case .float32, .float64, .float16, .bfloat16, .complex64, .complex128:
            throw TorchConversionError(elementType: elementType, requested: .int64)
        }
    }

    /// The elements of a complex tensor in row-major order.
    ///
    /// - Throws: An error for any other tensor.
    public func complexValues() throws(TorchConversionError) -> [(real: Double, imaginary: Double)]
    {
        let bytes = storage.bytes
        func single(_ index: Int) -> Double {
            Double(Float(bitPattern: littleEndian(bytes, at: index, as: UInt32.self)))
        }
        func double(_ index: Int) -> Double {
            Double(bitPattern: littleEndian(bytes, at: index, as: UInt64.self))
        }
        switch elementType {
        case .complex64: return gather { (single($0 * 8), single($0 * 8 + 4)) }
        case .complex128: return gather { (double($0 * 16), double($0 * 16 + 8)) }
        default: throw TorchConversionError(elementType: elementType, requested: .complex128)
        }
    }

    /// The elements as little-endian bytes in row-major order, whatever their type.
    public func elementBytes() -> [UInt8] {
        let bytes = storage.bytes
        let size = elementType.byteCount
        if isContiguous, elementCount * size == bytes.count {
            return bytes
        }
        var result: [UInt8] = []
        result.reserveCapacity(elementCount * size)
        for index in gather({ $0 }) {
            result.append(contentsOf: bytes[(index * size)..<((index + 1) * size)])
        }
        return result
    }

    private func converted<Number: BinaryFloatingPoint>(
        as requested: ElementType
    ) throws(TorchConversionError) -> [Number] {
        let bytes = storage.bytes
        switch elementType {
        case .float64:
            return gather {
                Number(Double(bitPattern: littleEndian(bytes, at: $0 * 8, as: UInt64.self)))
            }
        case .float32:
            return gather {
                Number(Float(bitPattern: littleEndian(bytes, at: $0 * 4, as: UInt32.self)))
            }
        case .float16:
            return gather {
                Number(Float16(bitPattern: littleEndian(bytes, at: $0 * 2, as: UInt16.self)))
            }
        case .bfloat16:
            // The upper half of a float32.
            return gather {
                let half = UInt32(littleEndian(bytes, at: $0 * 2, as: UInt16.self))
                return Number(Float(bitPattern: half << 16))
            }
        case .uint64:
            return gather { Number(littleEndian(bytes, at: $0 * 8, as: UInt64.self)) }
        case .int64, .int32, .int16, .int8, .uint32, .uint16, .uint8, .bool:
            return try int64Values().map { Number($0) }
        case .complex64, .complex128:
            throw TorchConversionError(elementType: elementType, requested: requested)
        }
    }

    /// Calls `element` with the storage index of each element, in row-major order.
    @inline(__always)
    private func gather<Value>(_ element: (Int) -> Value) -> [Value] {
        let count = elementCount
        var values: [Value] = []
        values.reserveCapacity(count)
        if isContiguous {
            for index in offset..<(offset + count) {
                values.append(element(index))
            }
            return values
        }
        var position = [Int](repeating: 0, count: shape.count)
        var index = offset
        for _ in 0..<count {
            values.append(element(index))
            var dimension = shape.count - 1
            while dimension >= 0 {
                position[dimension] += 1
                index += strides[dimension]
                if position[dimension] < shape[dimension] {
                    break
                }
                index -= strides[dimension] * shape[dimension]
                position[dimension] = 0
                dimension -= 1
            }
        }
        return values
    }
}
