import ImageData
import TensorCore
import TorchFile
import TrainingInterfaces

extension PickledArrays {
    /// Reads pickles by the machine that reads checkpoints, which runs nothing.
    static let plain = PickledArrays { path in
        do {
            return try DataValue(try PlainPickle.read(path: path))
        } catch let error as CheckpointError {
            throw error
        } catch {
            throw DataError(file: path, reason: "\(error)", kind: .unfit)
        }
    }
}

extension DataValue {
    /// A value of a pickle; arrays of bytes stay bytes, others become integers or fractions.
    init(_ value: TorchValue) throws {
        switch value {
        case .none: self = .none
        case .bool(let flag): self = .bool(flag)
        case .int(let number): self = .int(number)
        case .double(let number): self = .double(number)
        case .string(let text), .bigInteger(let text): self = .string(text)
        case .bytes(let bytes):
            self = .string(String(String.UnicodeScalarView(bytes.map(Unicode.Scalar.init))))
        case .tensor(let tensor): self = .array(try PlainTensor(tensor))
        case .list(let values), .set(let values): self = .list(try values.map(DataValue.init))
        case .tuple(let values): self = .tuple(try values.map(DataValue.init))
        case .dictionary(let entries):
            var fields = DataDictionary()
            for (key, value) in entries.pairs {
                if case .string(let name) = try DataValue(key) {
                    fields[name] = try DataValue(value)
                }
            }
            self = .dictionary(fields)
        case .object(let object): self = .string(object.className)
        }
    }
}

extension PlainTensor {
    fileprivate init(_ tensor: TorchTensor) throws {
        switch tensor.elementType {
        case .uint8: self.init(tensor.elementBytes(), shape: tensor.shape)
        case .float16, .bfloat16, .float32, .float64:
            self.init(try tensor.float32Values(), shape: tensor.shape)
        default: self.init(try tensor.int64Values(), shape: tensor.shape)
        }
    }
}
