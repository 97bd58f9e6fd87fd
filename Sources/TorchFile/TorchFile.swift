/// Reads and writes the files of `torch.save`.
public enum TorchFile {
    /// Reads a file in the current zip format or the one before it.
    ///
    /// The pickle inside is read by a machine that builds tensors and plain values and runs
    /// nothing; a pickle that would call a function is refused by name.
    ///
    /// - Throws: An error naming the file, the record and what is wrong.
    public static func read(path: String) throws(CheckpointError) -> TorchValue {
        do throws(FileProblem) {
            let file = try InputFile(path: path)
            switch FileKind(prefix: try file.prefix(FileKind.prefixLength)) {
            case .zip: return try TorchArchive.read(path: path, fileSize: file.byteCount)
            case .legacyTorch: return try LegacyFile.read(file.prefix(file.byteCount))
            case .other(let problem): throw problem
            }
        } catch {
            throw error.named(path)
        }
    }

    /// Writes a file that `torch.load(weights_only=True)` reads; equal values give equal bytes.
    ///
    /// The file appears whole or not at all: it is written under a temporary name in the same
    /// folder, synced and renamed.
    ///
    /// - Throws: An error naming the file; the temporary file is gone and an earlier file under
    ///   this name is untouched.
    public static func write(_ value: TorchValue, to path: String) throws(CheckpointError) {
        do throws(FileProblem) {
            let records = try TorchArchive.records(value)
            try FileReplacement.replace(path) { temporary throws(FileProblem) in
                try ZipWriter.write(records, to: temporary)
            }
        } catch {
            throw error.named(path)
        }
    }
}
