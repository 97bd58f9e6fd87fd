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

        /// The type that NumPy writes as `f4`, `i8`, `b1` and the like.
        init?(numpyCode code: String) {
            switch code {
            case "f2": self = .float16
            case "f4": self = .float32
            case "f8": self = .float64
            case "i1": self = .int8
            case "i2": self = .int16
            case "i4": self = .int32
            case "i8": self = .int64
            case "u1": self = .uint8
            case "u2": self = .uint16
            case "u4": self = .uint32
            case "u8": self = .uint64
            case "b1": self = .bool
            case "c8": self = .complex64
            case "c16": self = .complex128
            default: return nil
            }
        }
    }
}
