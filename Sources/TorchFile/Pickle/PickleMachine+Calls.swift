// The work of the functions that a pickle may call.

extension PickleMachine {
    /// Does what calling `callable` would do, if it is on the list.
    mutating func call(
        _ callable: PickleItem, _ arguments: [PickleItem]
    ) throws(FileProblem) -> PickleItem {
        guard case .global(let name) = callable else {
            throw malformed("a call of something that is no function")
        }
        switch name {
        case "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor",
            "torch._utils._rebuild_tensor_v3":
            return try tensor(name, arguments)
        case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state":
            return try parameter(arguments)
        case "torch._tensor._rebuild_from_type_v2":
            return try tensorWithAttributes(arguments)
        case "torch.storage._load_from_bytes" where !isNested: return try embedded(arguments)
        case "torch.Size", "builtins.tuple":
            return try container(.tuple, name, arguments)
        case "builtins.list": return try container(.list, name, arguments)
        case "builtins.set", "builtins.frozenset": return try container(.set, name, arguments)
        case "collections.OrderedDict": return try dictionary(.orderedDictionary, arguments.first)
        case "collections.defaultdict": return try dictionary(.dictionary, nil)
        case _ where PickleGlobal.dictionaries.contains(name):
            return try dictionary(.dictionary, arguments.first)
        case "_codecs.encode": return try encodedBytes(arguments)
        case "builtins.bytes", "builtins.bytearray": return try bytes(name, arguments)
        case "numpy.dtype", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar",
            "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct":
            return try numpy(name, arguments)
        case "builtins.getattr": return try attribute(arguments)
        case _ where PickleGlobal.isInert(name):
            return graph.add(PickleGraph.Node(kind: .object(name), arguments: arguments))
        default: throw refused(name)
        }
    }

    private func refused(_ name: String) -> FileProblem {
        FileProblem(
            "the pickle would call \(name), which is refused", remedy: Remedy.saveStateDictionary)
    }

    private func mistaken(_ name: String) -> FileProblem {
        malformed("arguments that do not fit \(name)")
    }

    // MARK: Tensors

    /// The persistent id of a storage: ("storage", class, key, location, count[, view]).
    mutating func storage(_ id: PickleItem) throws(FileProblem) -> PickleItem {
        guard let parts = graph.elements(id), case .string(let kind)? = parts.first else {
            throw malformed("a persistent id that is no storage")
        }
        guard kind == "storage" else {
            throw FileProblem("holds a whole pickled \(kind)", remedy: Remedy.saveStateDictionary)
        }
        guard parts.count >= 5, case .global(let storageClass) = parts[1],
            case .int(let count) = parts[4], count >= 0, let key = recordKey(parts[2])
        else {
            throw malformed("a storage that is described wrongly")
        }
        let untyped = [
            "torch.storage.UntypedStorage", "torch.UntypedStorage", "torch.storage._UntypedStorage",
        ]
        let elementType = TorchTensor.ElementType(storageClass: storageClass)
        guard elementType != nil || untyped.contains(storageClass) else {
            throw FileProblem(
                "holds a tensor of the storage class \(storageClass), which is not supported",
                remedy: "convert it to a plain floating-point or integer tensor in Python")
        }
        var offset = 0
        if parts.count > 5, let view = graph.elements(parts[5]) {
            guard view.count == 3, case .int(let start) = view[1], start >= 0 else {
                throw malformed("a view of a storage that is described wrongly")
            }
            offset = start
        }
        return graph.add(key: key, elementType: elementType, count: count, offset: offset)
    }

    /// A storage in a file of its own, as Python's `pickle` writes tensors.
    private mutating func embedded(_ arguments: [PickleItem]) throws(FileProblem) -> PickleItem {
        guard arguments.count == 1, case .bytes(let bytes) = arguments[0] else {
            throw mistaken("torch.storage._load_from_bytes")
        }
        let storage = try LegacyFile.storage(bytes)
        return graph.add(
            literal: storage.bytes, elementType: storage.elementType, count: storage.count)
    }

    private func recordKey(_ item: PickleItem) -> String? {
        switch item {
        case .string(let key): key
        case .int(let key): String(key)
        case .bigInteger(let key): key
        default: nil
        }
    }

    /// `_rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks)` and its kin.
    private mutating func tensor(_ name: String, _ arguments: [PickleItem]) throws(FileProblem)
        -> PickleItem
    {
        guard arguments.count >= 4, case .storage(let index) = arguments[0],
            case .int(let offset) = arguments[1], let shape = graph.integers(arguments[2]),
            let strides = graph.integers(arguments[3])
        else {
            throw mistaken(name)
        }
        let reference = graph.references[index]
        var elementType = reference.elementType
        if name.hasSuffix("_v3"), arguments.count >= 7, case .global(let dtype) = arguments[6] {
            elementType = TorchTensor.ElementType(rawValue: String(dtype.dropFirst("torch.".count)))
        }
        guard let elementType else {
            throw FileProblem(
                "holds a tensor of a type that is not supported",
                remedy: "convert it to a plain floating-point or integer tensor in Python")
        }
        let (start, overflow) = offset.addingReportingOverflow(reference.offset)
        guard !overflow else {
            throw mistaken(name)
        }
        var tensor = PickleGraph.Tensor(
            storage: reference.storage, storageCount: reference.count,
            storageElementSize: reference.elementType?.byteCount ?? 1, elementType: elementType,
            shape: shape, strides: strides, offset: start)
        if arguments.count >= 5, case .bool(let flag) = arguments[4] {
            tensor.requiresGradient = flag
        }
        return graph.add(tensor)
    }

    /// `_rebuild_parameter(tensor, requires_grad, hooks)`.
    private mutating func parameter(_ arguments: [PickleItem]) throws(FileProblem) -> PickleItem {
        guard arguments.count >= 2, case .node(let index) = arguments[0],
            case .tensor(let data) = graph.nodes[index].kind, case .bool(let flag) = arguments[1]
        else {
            throw mistaken("torch._utils._rebuild_parameter")
        }
        var tensor = graph.tensors[data]
        tensor.isParameter = true
        tensor.requiresGradient = flag
        return graph.add(tensor)
    }

    /// `_rebuild_from_type_v2(function, class, arguments, state)`: a tensor with attributes, which are left out.
    private mutating func tensorWithAttributes(_ arguments: [PickleItem]) throws(FileProblem)
        -> PickleItem
    {
        guard arguments.count == 4, case .global(let function) = arguments[0],
            function.hasPrefix("torch._utils._rebuild_"), let inner = graph.elements(arguments[2])
        else {
            throw mistaken("torch._tensor._rebuild_from_type_v2")
        }
        return try call(arguments[0], inner)
    }

    // MARK: Containers

    private mutating func container(
        _ kind: PickleGraph.Node.Kind, _ name: String, _ arguments: [PickleItem]
    ) throws(FileProblem) -> PickleItem {
        guard let first = arguments.first else {
            return graph.add(PickleGraph.Node(kind: kind))
        }
        guard arguments.count == 1, let elements = graph.elements(first) else {
            throw mistaken(name)
        }
        try spend(elements.count)
        return graph.add(PickleGraph.Node(kind: kind, elements: elements))
    }

    private mutating func dictionary(
        _ kind: PickleGraph.Node.Kind, _ content: PickleItem?
    ) throws(FileProblem) -> PickleItem {
        guard let content else {
            return graph.add(PickleGraph.Node(kind: kind))
        }
        guard let entries = graph.entries(content) else {
            throw mistaken("a dictionary")
        }
        try spend(entries.count)
        return graph.add(PickleGraph.Node(kind: kind, entries: entries))
    }

    // MARK: Bytes

    /// How protocol 2 writes bytes: `_codecs.encode(text, "latin1")`.
    private mutating func encodedBytes(_ arguments: [PickleItem]) throws(FileProblem) -> PickleItem
    {
        guard arguments.count == 2, case .string(let text) = arguments[0],
            case .string(let encoding) = arguments[1], encoding == "latin1"
        else {
            throw mistaken("_codecs.encode")
        }
        try spend(text: text)
        let bytes = text.unicodeScalars.compactMap { UInt8(exactly: $0.value) }
        guard bytes.count == text.unicodeScalars.count else {
            throw mistaken("_codecs.encode")
        }
        return .bytes(bytes)
    }

    private mutating func bytes(_ name: String, _ arguments: [PickleItem]) throws(FileProblem)
        -> PickleItem
    {
        switch arguments.first {
        case nil: return .bytes([])
        case .bytes(let bytes)? where arguments.count == 1: return .bytes(bytes)
        case .string? where arguments.count == 2: return try encodedBytes(arguments)
        default: throw mistaken(name)
        }
    }

    // MARK: Attributes

    /// Keeps `getattr(class, name)` by name, as an object that nothing can call.
    ///
    /// MMEngine's history buffers list their own methods this way.
    private mutating func attribute(_ arguments: [PickleItem]) throws(FileProblem) -> PickleItem {
        guard arguments.count == 2, case .global(let owner) = arguments[0],
            PickleGlobal.isInert(owner),
            case .string(let name) = arguments[1]
        else {
            throw refused("builtins.getattr")
        }
        return graph.add(
            PickleGraph.Node(
                kind: .object("builtins.getattr"), arguments: [.global(owner), .string(name)]))
    }
}
