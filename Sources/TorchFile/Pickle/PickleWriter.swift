/// Writes values as the pickle of a `torch.save` file, protocol 2, or as a plain pickle, protocol 4.
struct PickleWriter {
    /// How the numbers of tensors are written.
    enum TensorForm {
        /// As storages that are parts of the file beside the pickle.
        case storages
        /// As NumPy arrays.
        case arrays
        /// As tensors whose numbers are in the pickle, the way Python's `pickle` writes them.
        case embedded
    }

    private static let deepest = 500

    private let form: TensorForm

    /// The storages that tensors look into, in the order of their keys "0", "1", ...
    private(set) var storages: [TorchStorage] = []
    private var keys: [ObjectIdentifier: Int] = [:]
    private(set) var output: [UInt8] = []

    init(_ form: TensorForm = .storages) { self.form = form }

    private var isPlain: Bool { form != .storages }

    mutating func write(_ value: TorchValue) throws(FileProblem) -> [UInt8] {
        begin()
        try append(value, depth: 0)
        emit(.stop)
        return output
    }

    mutating func begin() {
        emit(.proto)
        output.append(isPlain ? 4 : 2)
    }

    private mutating func append(_ value: TorchValue, depth: Int) throws(FileProblem) {
        guard depth < Self.deepest else {
            throw FileProblem("cannot write values nested more than \(Self.deepest) levels deep")
        }
        switch value {
        case .none: emit(.none)
        case .bool(let flag): emit(flag ? .newTrue : .newFalse)
        case .int(let number): append(number)
        case .bigInteger(let digits): try append(digits: digits)
        case .double(let number):
            emit(.binFloat)
            appendLittleEndian(number.bitPattern.byteSwapped, to: &output)
        case .string(let text): append(text)
        case .bytes(let bytes): append(bytes)
        case .tensor(let tensor): try append(tensor)
        case .list(let elements):
            emit(.emptyList)
            try append(elements, as: .appends, depth: depth)
        case .tuple(let elements):
            emit(.mark)
            for element in elements {
                try append(element, depth: depth + 1)
            }
            emit(.tuple)
        case .set(let elements):
            append(global: isPlain ? "builtins" : "__builtin__", "set")
            emit(.emptyList)
            try append(elements, as: .appends, depth: depth)
            emit(.tuple1, .reduce)
        case .dictionary(let dictionary): try append(dictionary, depth: depth)
        case .object(let object): try append(object, depth: depth)
        }
    }

    mutating func emit(_ opcodes: PickleOpcode...) {
        output += opcodes.map(\.rawValue)
    }

    mutating func append(global module: String, _ name: String) {
        emit(.global)
        output += Array("\(module)\n\(name)\n".utf8)
    }

    // MARK: Plain values

    mutating func append(_ number: Int) {
        if let small = UInt8(exactly: number) {
            emit(.binInt1)
            output.append(small)
        } else if let medium = Int32(exactly: number) {
            emit(.binInt)
            appendLittleEndian(medium, to: &output)
        } else {
            emit(.long1)
            output.append(8)
            appendLittleEndian(number, to: &output)
        }
    }

    private mutating func append(digits: String) throws(FileProblem) {
        guard let bytes = BigInteger.bytes(digits), let count = UInt8(exactly: bytes.count) else {
            throw FileProblem("cannot write the integer \"\(digits)\"")
        }
        emit(.long1)
        output.append(count)
        output += bytes
    }

    mutating func append(_ text: String) {
        require(text.utf8.count <= Int(UInt32.max), "a text of 4 GB does not fit a checkpoint")
        emit(.binUnicode)
        appendLittleEndian(UInt32(truncatingIfNeeded: text.utf8.count), to: &output)
        output += text.utf8
    }

    mutating func append(_ bytes: [UInt8]) {
        guard !isPlain else {
            emit(.binBytes8)
            appendLittleEndian(UInt64(bytes.count), to: &output)
            output += bytes
            return
        }
        append(global: "_codecs", "encode")
        append(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })))
        append("latin1")
        emit(.tuple2, .reduce)
    }

    // MARK: Containers

    private mutating func append(
        _ elements: [TorchValue], as opcode: PickleOpcode, depth: Int
    ) throws(FileProblem) {
        guard !elements.isEmpty else {
            return
        }
        emit(.mark)
        for element in elements {
            try append(element, depth: depth + 1)
        }
        emit(opcode)
    }

    private mutating func append(_ dictionary: TorchDictionary, depth: Int) throws(FileProblem) {
        if dictionary.isOrdered {
            append(global: "collections", "OrderedDict")
            emit(.emptyTuple, .reduce)
        } else {
            emit(.emptyDictionary)
        }
        try append(dictionary.pairs.flatMap { [$0.key, $0.value] }, as: .setItems, depth: depth)
        // A plain dictionary has no attributes in Python.
        if dictionary.isOrdered, !dictionary.attributes.isEmpty {
            let attributes = dictionary.attributes.map { ($0.name, $0.value) }
            try append(TorchDictionary(attributes), depth: depth + 1)
            emit(.build)
        }
    }

    private mutating func append(_ object: TorchObject, depth: Int) throws(FileProblem) {
        let writable = object.className.hasPrefix("torch.") || object.className == "numpy.dtype"
        guard writable, let dot = object.className.lastIndex(of: ".") else {
            throw FileProblem(
                "cannot write an object of \(object.className)",
                remedy: "leave it out of the checkpoint")
        }
        append(
            global: String(object.className[..<dot]),
            String(object.className[object.className.index(after: dot)...]))
        if !object.isClass {
            try append(.tuple(object.arguments), depth: depth + 1)
            emit(.reduce)
        }
    }

    // MARK: Tensors

    private mutating func append(_ tensor: TorchTensor) throws(FileProblem) {
        if form == .arrays { return try append(array: tensor) }
        if tensor.isParameter {
            append(global: "torch._utils", "_rebuild_parameter")
            emit(.mark)
        }
        let storageClass = tensor.elementType.storageClass
        append(
            global: "torch._utils",
            storageClass == nil ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2")
        emit(.mark)
        if form == .embedded { appendEmbeddedStorage(tensor) } else { appendStorage(tensor) }
        append(tensor.offset)
        append(tensor.shape)
        append(tensor.strides)
        emit(tensor.requiresGradient && !tensor.isParameter ? .newTrue : .newFalse)
        appendNoHooks()
        if storageClass == nil {
            append(global: "torch", tensor.elementType.rawValue)
        }
        emit(.tuple, .reduce)
        if tensor.isParameter {
            emit(tensor.requiresGradient ? .newTrue : .newFalse)
            appendNoHooks()
            emit(.tuple, .reduce)
        }
    }

    /// The persistent id of a tensor's storage.
    mutating func appendStorage(_ tensor: TorchTensor, isWhole: Bool = false) {
        let identity = ObjectIdentifier(tensor.storage)
        let key = keys[identity] ?? storages.count
        if key == storages.count {
            storages.append(tensor.storage)
            keys[identity] = key
        }
        emit(.mark)
        append("storage")
        if let storageClass = tensor.elementType.storageClass {
            append(global: "torch", storageClass)
        } else {
            append(global: "torch.storage", "UntypedStorage")
        }
        append(String(key))
        append("cpu")
        let unit = tensor.elementType.storageClass == nil ? 1 : tensor.elementType.byteCount
        append(tensor.storage.byteCount / unit)
        // Files before PyTorch 1.6 tell of which storage this is a view.
        if isWhole { emit(.none) }
        emit(.tuple, .binPersistentID)
    }

    mutating func append(_ integers: [Int]) {
        emit(.mark)
        for integer in integers {
            append(integer)
        }
        emit(.tuple)
    }

    private mutating func appendNoHooks() {
        append(global: "collections", "OrderedDict")
        emit(.emptyTuple, .reduce)
    }
}
