import Glibc

/// A file of the disk that is read as bytes.
struct InputFile: ~Copyable {
    let byteCount: Int
    private let descriptor: Int32

    init(path: String) throws(FileProblem) {
        descriptor = unsafe open(path, O_RDONLY)
        guard descriptor >= 0 else {
            byteCount = 0
            throw FileProblem("cannot read: \(systemMessage())")
        }
        var status = stat()
        let code = unsafe fstat(descriptor, &status)
        byteCount = Int(status.st_size)
        guard code == 0 else {
            throw FileProblem("cannot read: \(systemMessage())")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let kind =
                status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is not a regular file"
            throw FileProblem("cannot read: \(kind)")
        }
    }

    deinit {
        if descriptor >= 0 {
            close(descriptor)
        }
    }

    /// The first bytes of the file, at most `limit`.
    func prefix(_ limit: Int) throws(FileProblem) -> [UInt8] {
        let wanted = min(limit, byteCount)
        var failed = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            while count < wanted {
                let result = unsafe pread(
                    descriptor, buffer.baseAddress.map { unsafe $0 + count }, wanted - count,
                    off_t(count))
                failed = result < 0
                if result <= 0 {
                    return
                }
                count += result
            }
        }
        if failed {
            throw FileProblem("cannot read: \(systemMessage())")
        }
        return bytes
    }
}
