internal import ConfigCore
internal import TorchFile

/// Compares what was read from a file with what PyTorch found in it.
struct TorchContentComparison {
    private(set) var differences = Differences()
    private let content: ConfigNode
    private let tuples: Set<String>
    private var storages: [(pointer: String, storage: TorchStorage)] = []

    init(_ content: ConfigNode) {
        self.content = content
        tuples = Set(content["tuples"]?.list?.compactMap(\.string) ?? [])
    }

    mutating func compare(_ value: TorchValue) throws {
        try compare(value, content.field("tree"), "")
        let expected = content["tensors"]?.mapping?.keys ?? []
        differences.compare(
            "tensors", expected: expected.sorted(), actual: storages.map(\.pointer).sorted())
        compareSharing()
    }

    private mutating func compare(_ value: TorchValue, _ tree: ConfigNode, _ pointer: String) throws
    {
        switch value {
        case .tensor(let tensor):
            guard tree["tensor"]?.string == pointer else { return differ(pointer, value, tree) }
            try compare(tensor, pointer)
        case .dictionary(let dictionary):
            guard let entries = tree.mapping, entries.count == dictionary.count else {
                return differ(pointer, value, tree)
            }
            for (key, entry) in dictionary.pairs {
                guard let name = Self.name(key), let expected = entries[name] else {
                    return differ(pointer, value, tree)
                }
                let escaped = name.replacing("~", with: "~0").replacing("/", with: "~1")
                try compare(entry, expected, "\(pointer)/\(escaped)")
            }
        case .list(let elements), .set(let elements):
            guard !tuples.contains(pointer) else { return differ(pointer, value, tree) }
            try compare(elements, value, tree, pointer)
        case .tuple(let elements): try compare(elements, value, tree, pointer)
        case .object(let object):
            // Inert objects are recorded as Python prints them.
            let name = object.isClass ? object.className : object.arguments.first?.string
            if tree["object"]?.string != name { differ(pointer, value, tree) }
        case .none, .bool, .int, .bigInteger, .double, .string, .bytes:
            if !Self.isSame(value, tree) { differ(pointer, value, tree) }
        }
    }

    private mutating func compare(
        _ elements: [TorchValue], _ value: TorchValue, _ tree: ConfigNode, _ pointer: String
    ) throws {
        guard let expected = tree.list, expected.count == elements.count else {
            return differ(pointer, value, tree)
        }
        for (place, element) in elements.enumerated() {
            try compare(element, expected[place], "\(pointer)/\(place)")
        }
    }

    private mutating func differ(_ pointer: String, _ value: TorchValue, _ tree: ConfigNode) {
        differences.note(
            "\(pointer): expected \(String(ConfigWriter.json(tree, indent: nil).prefix(80))), got "
                + "\(String("\(value)".prefix(80)))")
    }

    /// A key as JSON writes it; Python's whole numbers become texts there.
    private static func name(_ key: TorchValue) -> String? {
        key.string ?? key.int.map(String.init)
    }

    private static func isSame(_ value: TorchValue, _ tree: ConfigNode) -> Bool {
        switch value {
        case .none: return tree.isNull
        case .bool(let flag): return tree.bool == flag
        case .string(let text): return tree.string == text
        case .int(let number): return tree.int == number
        case .bigInteger(let digits): return tree.double == Double(digits)
        case .double(let number):
            guard let expected = try? tree.number() else { return false }
            return expected == number || (expected.isNaN && number.isNaN)
        case .bytes, .tensor, .list, .tuple, .set, .dictionary, .object: return false
        }
    }

    // MARK: Tensors

    private mutating func compare(_ tensor: TorchTensor, _ pointer: String) throws {
        storages.append((pointer, tensor.storage))
        guard let expected = content["tensors"]?[pointer] else { return }
        func check<Value: Equatable>(
            _ what: String, _ expected: Value, _ actual: Value
        ) {
            differences.compare("\(pointer) \(what)", expected: expected, actual: actual)
        }
        check("dtype", try expected.field("dtype").text(), tensor.elementType.rawValue)
        check("shape", try expected.field("shape").integers(), tensor.shape)
        check("stride", try expected.field("stride").integers(), tensor.strides)
        check("requires_grad", try expected.field("requires_grad").flag(), tensor.requiresGradient)
        check("parameter", expected["parameter"]?.bool ?? false, tensor.isParameter)
        if [.complex64, .complex128].contains(tensor.elementType) {
            let values = try tensor.complexValues().prefix(8).flatMap { [$0.real, $0.imaginary] }
            let recorded = try expected.field("first").elements().flatMap { try $0.numbers() }
            differences.compare(
                "\(pointer) first", expected: recorded, actual: values, within: 0)
            return
        }
        try compareNumbers(tensor, expected, pointer)
    }

    private mutating func compareNumbers(
        _ tensor: TorchTensor, _ expected: ConfigNode, _ pointer: String
    ) throws {
        let values = try tensor.doubleValues()
        // Shortest decimals tell a float32 from its neighbours; as doubles they are not the same.
        let isSingle = tensor.elementType == .float32
        let first = try expected.field("first").numbers().map { isSingle ? Double(Float($0)) : $0 }
        differences.compare(
            "\(pointer) first", expected: first, actual: Array(values.prefix(8)), within: 0)
        let weighted = values.enumerated().map { $1 * Double($0 % 17 + 1) }
        for (name, terms) in [("sum", values), ("weighted_sum", weighted)] {
            guard let recorded = try expected.given(name)?.number() else { continue }
            // Sums depend on the order of their terms.
            let magnitude = terms.reduce(0) { $0 + ($1.isFinite ? abs($1) : 0) }
            differences.compare(
                "\(pointer) \(name)", expected: recorded, actual: terms.reduce(0, +),
                within: 1e-13 * magnitude)
        }
    }

    private mutating func compareSharing() {
        let groups = content["shared_storage"]?.list ?? []
        let shared = groups.map { Set($0.list?.compactMap(\.string) ?? []) }
        for (place, one) in storages.enumerated() {
            for other in storages[(place + 1)...] {
                let together = shared.contains {
                    $0.contains(one.pointer) && $0.contains(other.pointer)
                }
                if (one.storage === other.storage) != together {
                    differences.note(
                        "\(one.pointer) and \(other.pointer): expected "
                            + (together ? "shared memory" : "memory of their own"))
                }
            }
        }
    }
}
