/// Turns what a pickle machine built into plain values, checking what only the whole can tell:
/// depth, cycles, and whether tensors fit their storages.
struct ValueBuilder {
    /// Python's own pickler gives up at about this depth.
    private static let deepest = 500
    /// Shared containers cost no memory here, but code that walks the values visits them again
    /// and again; a pickle of a few bytes could keep it busy for ever.
    private static let largest = 20_000_000

    private let graph: PickleGraph
    private let storages: [TorchStorage]
    private var states: [State]

    private enum State {
        case untouched
        case underway
        case done(TorchValue, size: Int)
    }

    init(graph: PickleGraph, storages: [TorchStorage]) {
        self.graph = graph
        self.storages = storages
        states = [State](repeating: .untouched, count: graph.nodes.count)
    }

    mutating func value(_ item: PickleItem) throws(FileProblem) -> TorchValue {
        var size = 0
        return try value(item, depth: 0, size: &size)
    }

    /// Adds the number of values that walking `item` visits to `size`.
    private mutating func value(
        _ item: PickleItem, depth: Int, size: inout Int
    ) throws(FileProblem) -> TorchValue {
        size += 1
        switch item {
        case .none: return .none
        case .bool(let flag): return .bool(flag)
        case .int(let number): return .int(number)
        case .bigInteger(let digits): return .bigInteger(digits)
        case .double(let number): return .double(number)
        case .string(let text): return .string(text)
        case .bytes(let bytes): return .bytes(bytes)
        case .global(let name): return .object(TorchObject(className: name, isClass: true))
        case .storage: return .object(TorchObject(className: "torch.storage.TypedStorage"))
        case .node(let index): return try node(index, depth: depth, size: &size)
        }
    }

    private mutating func node(
        _ index: Int, depth: Int, size: inout Int
    ) throws(FileProblem) -> TorchValue {
        guard depth < Self.deepest else {
            throw FileProblem("the values are nested more than \(Self.deepest) levels deep")
        }
        switch states[index] {
        case .done(let value, let known):
            try add(known, to: &size)
            return value
        case .underway: throw FileProblem("a container contains itself")
        case .untouched: states[index] = .underway
        }
        var own = 0
        let value = try build(graph.nodes[index], depth: depth + 1, size: &own)
        states[index] = .done(value, size: own)
        try add(own, to: &size)
        return value
    }

    private func add(_ count: Int, to size: inout Int) throws(FileProblem) {
        size += count
        guard size <= Self.largest else {
            throw FileProblem("holds more than \(Self.largest) values")
        }
    }

    private mutating func build(
        _ node: PickleGraph.Node, depth: Int, size: inout Int
    ) throws(FileProblem) -> TorchValue {
        switch node.kind {
        case .list: return .list(try values(node.elements, depth, &size))
        case .tuple: return .tuple(try values(node.elements, depth, &size))
        case .set: return .set(try values(node.elements, depth, &size))
        case .dictionary, .orderedDictionary: return .dictionary(try dictionary(node, depth, &size))
        case .tensor(let tensor): return .tensor(try self.tensor(graph.tensors[tensor]))
        case .numpyType(let code):
            return .object(TorchObject(className: "numpy.dtype", arguments: [.string(code)]))
        case .numpyArray:
            throw FileProblem("holds a NumPy array without content", remedy: Remedy.damaged)
        case .object(let className):
            return .object(
                TorchObject(
                    className: className, arguments: try values(node.arguments, depth, &size),
                    state: try state(node, depth, &size),
                    elements: try values(node.elements, depth, &size),
                    entries: try entries(node, ordered: false, depth, &size)))
        }
    }

    private mutating func values(
        _ items: [PickleItem], _ depth: Int, _ size: inout Int
    ) throws(FileProblem) -> [TorchValue] {
        var values: [TorchValue] = []
        values.reserveCapacity(items.count)
        for item in items {
            values.append(try value(item, depth: depth, size: &size))
        }
        return values
    }

    private mutating func state(
        _ node: PickleGraph.Node, _ depth: Int, _ size: inout Int
    ) throws(FileProblem) -> TorchValue? {
        if case .none = node.state {
            return nil
        }
        return try value(node.state, depth: depth, size: &size)
    }

    private mutating func entries(
        _ node: PickleGraph.Node, ordered: Bool, _ depth: Int, _ size: inout Int
    ) throws(FileProblem) -> TorchDictionary {
        var dictionary = TorchDictionary(ordered: ordered)
        for index in stride(from: 0, to: node.entries.count, by: 2) {
            let key = try value(node.entries[index], depth: depth, size: &size)
            let value = try value(node.entries[index + 1], depth: depth, size: &size)
            guard dictionary.insert(key, value) else {
                throw FileProblem(
                    "a dictionary has a key that is no plain value", remedy: Remedy.damaged)
            }
        }
        return dictionary
    }

    private mutating func dictionary(
        _ node: PickleGraph.Node, _ depth: Int, _ size: inout Int
    ) throws(FileProblem) -> TorchDictionary {
        var isOrdered = false
        if case .orderedDictionary = node.kind {
            isOrdered = true
        }
        var dictionary = try entries(node, ordered: isOrdered, depth, &size)
        let attributes = try state(node, depth, &size)?.dictionary
        dictionary.attributes = (attributes?.pairs ?? []).compactMap { pair in
            pair.key.string.map { ($0, pair.value) }
        }
        return dictionary
    }

    private func tensor(_ tensor: PickleGraph.Tensor) throws(FileProblem) -> TorchTensor {
        let storage = storages[tensor.storage]
        let (size, overflow) = tensor.storageCount.multipliedReportingOverflow(
            by: tensor.storageElementSize)
        guard !overflow, size <= storage.byteCount,
            storage.byteCount - size < tensor.storageElementSize
        else {
            throw FileProblem(
                "a storage of \(storage.byteCount) bytes should have \(tensor.storageCount) elements "
                    + "of \(tensor.storageElementSize) bytes", remedy: Remedy.damaged)
        }
        let problem = TorchTensor.problem(
            storage: storage, elementType: tensor.elementType, shape: tensor.shape,
            strides: tensor.strides, offset: tensor.offset)
        if let problem {
            throw FileProblem(problem, remedy: Remedy.damaged)
        }
        var result = TorchTensor(
            checked: storage, elementType: tensor.elementType, shape: tensor.shape,
            strides: tensor.strides, offset: tensor.offset)
        result.requiresGradient = tensor.requiresGradient
        result.isParameter = tensor.isParameter
        return result
    }
}
