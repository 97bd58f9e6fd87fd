import Glibc

/// A file of the disk that is written as bytes.
enum OutputFile {
    /// Makes the file, or empties it, and writes the bytes.
    static func write(_ bytes: [UInt8], to path: String) throws(FileProblem) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileProblem("cannot write: \(systemMessage())") }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let result = unsafe bytes[written...].withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
            }
            guard result > 0 else { throw FileProblem("cannot write: \(systemMessage())") }
            written += result
        }
    }
}
