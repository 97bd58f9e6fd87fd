/// The zip format of `torch.save`: a pickle, and one record per storage.
enum TorchArchive {
    static func read(path: String, fileSize: Int) throws(FileProblem) -> TorchValue {
        var archive = try ZipReader(path: path, fileSize: fileSize)
        let names = archive.names
        let root = try root(names)
        if names.contains("\(root)/byteorder") {
            let order = try archive.bytes("\(root)/byteorder")
            guard order == Array("little".utf8) else {
                throw FileProblem(
                    "was written on a big-endian machine", at: "\(root)/byteorder",
                    remedy: Remedy.saveAgain)
            }
        }
        let pickle = "\(root)/data.pkl"
        var machine = PickleMachine(try archive.bytes(pickle))
        do {
            let top = try machine.run()
            let storages = try load(machine.graph.storages, from: &archive, root: root)
            var builder = ValueBuilder(graph: machine.graph, storages: storages)
            return try builder.value(top)
        } catch {
            throw error.at(pickle)
        }
    }

    /// The folder that holds everything; `archive` unless an older PyTorch named it for the file.
    private static func root(_ names: [String]) throws(FileProblem) -> String {
        let pickles = names.filter { $0.hasSuffix("/data.pkl") }
        guard let pickle = pickles.min(by: { $0.utf8.count < $1.utf8.count }) else {
            throw FileProblem(
                "a zip archive, but not one of torch.save: it has no data.pkl",
                remedy: "name a file that torch.save wrote")
        }
        let root = String(pickle.dropLast("/data.pkl".count))
        guard !names.contains("\(root)/constants.pkl") else {
            throw FileProblem(
                "a TorchScript program, not a checkpoint", remedy: Remedy.saveStateDictionary)
        }
        return root
    }

    private static func load(
        _ sources: [PickleGraph.StorageSource], from archive: inout ZipReader, root: String
    ) throws(FileProblem) -> [TorchStorage] {
        var storages: [TorchStorage] = []
        storages.reserveCapacity(sources.count)
        for source in sources {
            switch source {
            case .literal(let bytes):
                storages.append(TorchStorage(bytes: bytes))
            case .record(let key, elementType: .float32):
                storages.append(TorchStorage(float32: try archive.floats("\(root)/data/\(key)")))
            case .record(let key, _):
                storages.append(TorchStorage(bytes: try archive.bytes("\(root)/data/\(key)")))
            }
        }
        return storages
    }

    /// The records of a file that holds `value`, in the order in which PyTorch writes them.
    static func records(_ value: TorchValue) throws(FileProblem) -> [ZipRecord] {
        var writer = PickleWriter()
        let pickle = try writer.write(value)
        func text(_ name: String, _ content: [UInt8]) -> ZipRecord {
            ZipRecord(name: "archive/\(name)", storage: TorchStorage(bytes: content))
        }
        return [text("data.pkl", pickle), text("byteorder", Array("little".utf8))]
            + writer.storages.enumerated().map {
                ZipRecord(name: "archive/data/\($0)", storage: $1)
            }
            + [text("version", Array("3\n".utf8))]
    }
}
