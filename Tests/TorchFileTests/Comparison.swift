import TorchFile

/// Collects where a value differs from what PyTorch found.
struct Comparison {
    private(set) var differences: [String] = []
    private let expected: FileCase.Content
    private var storages: [String: TorchStorage] = [:]

    init(_ expected: FileCase.Content, _ value: TorchValue) {
        self.expected = expected
        compare(value, expected.tree, "")
        let shared = expected.sharedStorage ?? []
        for (pointer, storage) in storages {
            for (other, otherStorage) in storages where other != pointer {
                let together = shared.contains { $0.contains(pointer) && $0.contains(other) }
                if (storage === otherStorage) != together {
                    differences.append("\(pointer) and \(other): storage")
                }
            }
        }
        if storages.count != expected.tensors.count {
            differences.append("\(storages.count) tensors")
        }
    }

    private mutating func compare(_ value: TorchValue, _ json: JSON, _ pointer: String) {
        switch (value, json) {
        case (.none, .null): break
        case (.bool(let actual), .bool(let wanted)) where actual == wanted: break
        case (.int(let actual), .int(let wanted)) where actual == wanted: break
        case (.double(let actual), _) where actual == json.number: break
        case (.string(let actual), .string(let wanted)) where actual == wanted: break
        case (.list(let actual), .array(let wanted)) where actual.count == wanted.count:
            compare(actual, wanted, pointer)
        case (.tuple(let actual), .array(let wanted)) where actual.count == wanted.count:
            // `torch.Size` is a tuple that the recording does not list.
            if expected.tuples?.contains(pointer) != true, pointer != "/size" {
                differences.append("\(pointer): a tuple")
            }
            compare(actual, wanted, pointer)
        case (.tensor(let tensor), .object(let wanted)):
            guard case .string(pointer)? = wanted["tensor"] else {
                differences.append("\(pointer): a tensor")
                return
            }
            compare(tensor, pointer)
        case (.object(let object), .object(let wanted)):
            let name = object.isClass ? object.className : object.arguments.first?.string ?? ""
            guard case .string(name)? = wanted["object"] else {
                differences.append("\(pointer): \(name)")
                return
            }
        case (.dictionary(let dictionary), .object(let wanted))
        where dictionary.count == wanted.count:
            for (key, entry) in dictionary.pairs {
                let name = key.string ?? key.int.map(String.init) ?? "?"
                compare(entry, wanted[name] ?? .string("missing"), "\(pointer)/\(name)")
            }
        default: differences.append("\(pointer): \(value) is not \(json)")
        }
    }

    private mutating func compare(_ values: [TorchValue], _ wanted: [JSON], _ pointer: String) {
        for (index, value) in values.enumerated() {
            compare(value, wanted[index], "\(pointer)/\(index)")
        }
    }

    private mutating func compare(_ tensor: TorchTensor, _ pointer: String) {
        storages[pointer] = tensor.storage
        guard let wanted = expected.tensors[pointer], tensor.elementType.rawValue == wanted.dtype,
            tensor.shape == wanted.shape, tensor.strides == wanted.stride,
            tensor.requiresGradient == wanted.requiresGrad,
            tensor.isParameter == (wanted.parameter ?? false)
        else {
            differences.append("\(pointer): \(tensor)")
            return
        }
        if tensor.elementType == .complex64 || tensor.elementType == .complex128 {
            compareComplex(tensor, wanted, pointer)
            return
        }
        guard let values = try? tensor.doubleValues() else {
            differences.append("\(pointer): values")
            return
        }
        let weighted = values.enumerated().map { $1 * Double($0 % 17 + 1) }
        let numbers = values.prefix(8) + [values.reduce(0, +), weighted.reduce(0, +)]
        let recorded = wanted.first + [wanted.sum ?? .null, wanted.weightedSum ?? .null]
        if numbers.count != recorded.count {
            differences.append("\(pointer): \(numbers.count) numbers")
        }
        for (number, json) in zip(numbers, recorded)
        where !isClose(number, json, tensor.elementType) {
            differences.append("\(pointer): \(number) is not \(json)")
        }
    }

    private mutating func compareComplex(
        _ tensor: TorchTensor, _ wanted: FileCase.Tensor, _ pointer: String
    ) {
        let values = (try? tensor.complexValues()) ?? []
        for (value, json) in zip(values, wanted.first) {
            guard case .array(let parts) = json, parts.count == 2, parts[0].number == value.real,
                parts[1].number == value.imaginary
            else {
                differences.append("\(pointer): \(value) is not \(json)")
                return
            }
        }
        if values.count < wanted.first.count {
            differences.append("\(pointer): \(values.count) numbers")
        }
    }

    /// float32 values were recorded with the digits that tell them from other float32 values.
    private func isClose(_ number: Double, _ json: JSON, _ type: TorchTensor.ElementType) -> Bool {
        guard let wanted = json.number else { return false }
        if number.isNaN || wanted.isNaN { return number.isNaN && wanted.isNaN }
        if number == wanted || Float(number) == Float(wanted) && type == .float32 { return true }
        return abs(number - wanted) <= 1e-13 * abs(wanted) + 1e-15
    }
}
