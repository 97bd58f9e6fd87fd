extension TorchTensor {
    /// The type of a tensor's elements; the raw value is PyTorch's name.
    public enum ElementType: String, Sendable, CaseIterable {
        case float32, float64, float16, bfloat16
        case int64, int32, int16, int8
        case uint64, uint32, uint16, uint8
        case bool
        case complex64, complex128

        /// The size of one element.
        public var byteCount: Int {
            switch self {
            case .int8, .uint8, .bool: 1
            case .float16, .bfloat16, .int16, .uint16: 2
            case .float32, .int32, .uint32: 4
            case .float64, .int64, .uint64, .complex64: 8
            case .complex128: 16
            }
        }

        /// The storage class that `torch.save` names in its pickle.
        ///
        /// The unsigned types that came late have none: they are saved as an untyped storage.
        var storageClass: String? {
            switch self {
            case .float32: "FloatStorage"
            case .float64: "DoubleStorage"
            case .float16: "HalfStorage"
            case .bfloat16: "BFloat16Storage"
            case .int64: "LongStorage"
            case .int32: "IntStorage"
            case .int16: "ShortStorage"
            case .int8: "CharStorage"
            case .uint8: "ByteStorage"
            case .bool: "BoolStorage"
            case .complex64: "ComplexFloatStorage"
            case .complex128: "ComplexDoubleStorage"
            case .uint64, .uint32, .uint16: nil
            }
        }

        /// The type whose storage class is the global `torch.FloatStorage` and the like.
        init?(storageClass global: String) {
            guard
                let name = ["torch.", "torch.cuda."].lazy
                    .filter(global.hasPrefix)
                    .map({ global.dropFirst($0.count) })
                    .first(where: { !$0.contains(".") }),
                let type = Self.allCases.first(where: {
                    $0.storageClass.map { $0 == name } ?? false
                })
            else {
                return nil
            }
            self = type
        }

        /// What NumPy calls the type: `f4`, `i8`, `b1` and the like; nil for what it does not have.
        var numpyCode: String? {
            switch self {
            case .float16: "f2"
            case .float32: "f4"
            case .float64: "f8"
            case .int8: "i1"
            case .int16: "i2"
            case .int32: "i4"
            case .int64: "i8"
            case .uint8: "u1"
            case .uint16: "u2"
            case .uint32: "u4"
            case .uint64: "u8"
            case .bool: "b1"
            case .complex64: "c8"
            case .complex128: "c16"
            case .bfloat16: nil
            }
        }

        /// The type that NumPy writes under that code.
        init?(numpyCode code: String) {
            guard let type = Self.allCases.first(where: { $0.numpyCode == code }) else {
                return nil
            }
            self = type
        }
    }
}
