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

    private static func pickle(
        _ bytes: [UInt8], at position: inout Int
    ) throws(FileProblem) -> (graph: PickleGraph, top: PickleItem) {
        var machine = PickleMachine(bytes, position: position)
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
