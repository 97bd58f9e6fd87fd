extension TorchValue: CustomStringConvertible {
    /// The value as Python would print it, tensors by type and shape only.
    public var description: String {
        switch self {
        case .none: return "None"
        case .bool(let flag): return flag ? "True" : "False"
        case .int(let number): return "\(number)"
        case .bigInteger(let digits): return digits
        case .double(let number): return "\(number)"
        case .string(let text): return "'\(text)'"
        case .bytes(let bytes): return "bytes(\(bytes))"
        case .tensor(let tensor): return tensor.description
        case .list(let elements): return "[\(Self.joined(elements))]"
        case .tuple(let elements):
            return "(\(Self.joined(elements))\(elements.count == 1 ? "," : ""))"
        case .set(let elements): return "{\(Self.joined(elements))}"
        case .dictionary(let dictionary): return dictionary.description
        case .object(let object): return object.description
        }
    }

    static func joined(_ values: [TorchValue]) -> String {
        values.map(\.description).joined(separator: ", ")
    }
}

extension TorchDictionary: CustomStringConvertible {
    /// The entries as Python would print them.
    public var description: String {
        let entries = pairs.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        return isOrdered ? "OrderedDict({\(entries)})" : "{\(entries)}"
    }
}

extension TorchObject: CustomStringConvertible {
    /// The class and what it would be called with.
    public var description: String {
        isClass ? className : "\(className)(\(TorchValue.joined(arguments)))"
    }
}

extension TorchTensor: CustomStringConvertible {
    /// Type, shape and what else tells the tensor from a plain one, without its values.
    public var description: String {
        var parts = [elementType.rawValue, "shape \(shape)"]
        if strides != Self.rowMajorStrides(shape) || offset != 0 {
            parts.append("strides \(strides)")
            parts.append("offset \(offset)")
        }
        if requiresGradient {
            parts.append("requires_grad")
        }
        return "\(isParameter ? "parameter" : "tensor")(\(parts.joined(separator: ", ")))"
    }
}
