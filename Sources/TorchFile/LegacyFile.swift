/// The format of `torch.save` before PyTorch 1.6: five pickles one behind the other, then the
/// storages, each behind its number of elements.
enum LegacyFile {
    /// A pickle of the number that begins every such file.
    private static let magicPickle: [UInt8] = [
        0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
    ]

    static func hasMagicNumber(_ bytes: [UInt8]) -> Bool {
        bytes.count > 2 && bytes[0] == 0x80 && bytes[2...].starts(with: magicPickle)
    }

    static func read(_ bytes: [UInt8]) throws(FileProblem) -> TorchValue {
        var position = 2 + magicPickle.count
        let version = try pickle(bytes, at: &position).top
        guard case .int(1001) = version else {
            throw FileProblem(
                "an unknown version of the legacy torch format", remedy: Remedy.saveAgain)
        }
        try checkByteOrder(pickle(bytes, at: &position))
        let content = try pickle(bytes, at: &position)
        let keys = try pickle(bytes, at: &position)
        let storages = try self.storages(
            content.graph, keys: keys.graph.elements(keys.top) ?? [], bytes, at: position)
        var builder = ValueBuilder(graph: content.graph, storages: storages)
        return try builder.value(content.top)
    }

    /// A file that holds a storage alone, as it stands inside plain pickles of tensors.
    static func storage(_ bytes: [UInt8]) throws(FileProblem) -> (
        bytes: [UInt8], elementType: TorchTensor.ElementType?, count: Int
    ) {
        guard hasMagicNumber(bytes) else {
            throw FileProblem("a tensor's numbers are no torch file", remedy: Remedy.saveAgain)
        }
        var position = 2 + magicPickle.count
        _ = try pickle(bytes, at: &position, isNested: true)
        try checkByteOrder(pickle(bytes, at: &position, isNested: true))
        let content = try pickle(bytes, at: &position, isNested: true)
        let keys = try pickle(bytes, at: &position, isNested: true)
        let storages = try self.storages(
            content.graph, keys: keys.graph.elements(keys.top) ?? [], bytes, at: position)
        guard case .storage(let index) = content.top else {
            throw FileProblem("a tensor's numbers are no storage", remedy: Remedy.damaged)
        }
        let reference = content.graph.references[index]
        return (storages[reference.storage].bytes, reference.elementType, reference.count)
    }

    /// The file of a tensor's storage alone.
    static func bytes(of tensor: TorchTensor) -> [UInt8] {
        var file: [UInt8] = [0x80, 2] + magicPickle
        // The version, then the sizes of numbers on this machine.
        file += [0x80, 2, 0x4D, 0xE9, 0x03, 0x2E]
        var system = PickleWriter()
        file += (try? system.write(.dictionary(Self.system))) ?? []
        var content = PickleWriter()
        content.begin()
        content.appendStorage(tensor, isWhole: true)
        content.emit(.stop)
        file += content.output
        var keys = PickleWriter()
        file += (try? keys.write(.list(["0"]))) ?? []
        let width = tensor.elementType.storageClass == nil ? 1 : tensor.elementType.byteCount
        appendLittleEndian(Int64(tensor.storage.byteCount / width), to: &file)
        return file + tensor.storage.bytes
    }

    private static let system = TorchDictionary([
        ("protocol_version", 1001), ("little_endian", true),
        ("type_sizes", .dictionary(TorchDictionary([("short", 2), ("int", 4), ("long", 4)]))),
    ])

    private static func pickle(
        _ bytes: [UInt8], at position: inout Int, isNested: Bool = false
    ) throws(FileProblem) -> (graph: PickleGraph, top: PickleItem) {
        var machine = PickleMachine(bytes, position: position, isNested: isNested)
        let top = try machine.run()
        position = machine.position
        return (machine.graph, top)
    }

    private static func checkByteOrder(
        _ system: (graph: PickleGraph, top: PickleItem)
    ) throws(FileProblem) {
        let entries = system.graph.entries(system.top) ?? []
        for index in stride(from: 0, to: entries.count, by: 2) {
            if case .string("little_endian") = entries[index],
                case .bool(false) = entries[index + 1]
            {
                throw FileProblem("was written on a big-endian machine", remedy: Remedy.saveAgain)
            }
        }
    }

    /// The storages in the order in which the pickle named them; the file has them in the order of `keys`.
    private static func storages(
        _ graph: PickleGraph, keys: [PickleItem], _ bytes: [UInt8], at position: Int
    ) throws(FileProblem) -> [TorchStorage] {
        var elementTypes: [String: TorchTensor.ElementType?] = [:]
        for case .record(let key, let elementType) in graph.storages {
            elementTypes[key] = elementType
        }
        var reader = ByteReader(bytes, position: position)
        var found: [String: TorchStorage] = [:]
        for item in keys {
            guard let key = text(item), let elementType = elementTypes[key] else {
                throw FileProblem("names a storage that no tensor uses", remedy: Remedy.damaged)
            }
            let count = try reader.length(Int64.self)
            let (size, overflow) = count.multipliedReportingOverflow(
                by: elementType?.byteCount ?? 1)
            guard count >= 0, !overflow, size <= bytes.count - reader.position else {
                throw FileProblem("the last storage is cut off", remedy: Remedy.damaged)
            }
            found[key] = storage(try reader.take(size), elementType)
        }
        var storages: [TorchStorage] = []
        for source in graph.storages {
            switch source {
            case .literal(let bytes): storages.append(TorchStorage(bytes: bytes))
            case .record(let key, _):
                guard let storage = found[key] else {
                    throw FileProblem("the storage \(key) is missing", remedy: Remedy.damaged)
                }
                storages.append(storage)
            }
        }
        return storages
    }

    private static func text(_ item: PickleItem) -> String? {
        switch item {
        case .string(let text): text
        case .int(let number): String(number)
        default: nil
        }
    }

    private static func storage(
        _ bytes: ArraySlice<UInt8>, _ elementType: TorchTensor.ElementType?
    ) -> TorchStorage {
        let bytes = Array(bytes)
        guard elementType == .float32 else {
            return TorchStorage(bytes: bytes)
        }
        return TorchStorage(
            float32: (0..<(bytes.count / 4)).map {
                Float(bitPattern: littleEndian(bytes, at: $0 * 4, as: UInt32.self))
            })
    }
}
