/// Reads files of Python's `pickle` that hold plain values and NumPy arrays, such as data sets.
public enum PlainPickle {
    /// Reads a file; nothing in it is run.
    ///
    /// Arrays that Python 2 wrote are read, too.
    ///
    /// - Parameter path: The file.
    /// - Returns: What it holds.
    /// - Throws: An error naming the file and what is wrong; a pickle that would call a function is
    ///   refused by name.
    public static func read(path: String) throws(CheckpointError) -> TorchValue {
        do throws(FileProblem) {
            let file = try InputFile(path: path)
            let bytes = try file.prefix(file.byteCount)
            // Protocol 2 is the last one that Python 2 writes.
            let isPython2 = bytes.count > 1 && (bytes[0] != 0x80 || bytes[1] <= 2)
            var machine = PickleMachine(bytes, isPython2: isPython2)
            let top = try machine.run()
            var storages: [TorchStorage] = []
            for source in machine.graph.storages {
                guard case .literal(let bytes) = source else {
                    throw FileProblem("names a storage of another file")
                }
                storages.append(TorchStorage(bytes: bytes))
            }
            var builder = ValueBuilder(graph: machine.graph, storages: storages)
            return try builder.value(top)
        } catch {
            throw error.named(path)
        }
    }

    /// How tensors are written.
    public enum TensorForm: Sendable {
        /// As NumPy arrays, which need no PyTorch to be read.
        case arrays
        /// As tensors.
        case tensors
    }

    /// Writes a file that Python's `pickle` reads; it appears whole or not at all.
    ///
    /// - Parameters:
    ///   - value: What to write.
    ///   - path: The file.
    ///   - form: How tensors are written.
    /// - Throws: An error naming the file.
    public static func write(
        _ value: TorchValue, to path: String, tensors form: TensorForm = .arrays
    ) throws(CheckpointError) {
        do throws(FileProblem) {
            var writer = PickleWriter(form == .arrays ? .arrays : .embedded)
            let bytes = try writer.write(value)
            try FileReplacement.replace(path) { temporary throws(FileProblem) in
                try OutputFile.write(bytes, to: temporary)
            }
        } catch {
            throw error.named(path)
        }
    }
}
