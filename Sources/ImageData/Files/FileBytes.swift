import Foundation

/// Reads whole files by the system's own calls: for small images, opening is most of the work.
enum FileBytes {
    /// The bytes of a file.
    static func read(_ path: String) throws(DataError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure(path) }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw DataError(file: path, reason: "cannot read file: is a directory")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Foundation.read(
                    descriptor, buffer.baseAddress.map { unsafe $0 + filled }, buffer.count - filled
                )
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            if count == 0 { break }
            filled += count
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    /// The lines of a UTF-8 text, without their ends.
    static func lines(_ path: String) throws(DataError) -> [String] {
        let text = String(decoding: try read(path), as: UTF8.self)
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map(String.init)
    }

    private static func failure(_ path: String) -> DataError {
        let code = errno
        let text = unsafe String(cString: strerror(code))
        return DataError(
            file: path,
            reason: "cannot read file: \(text.prefix(1).lowercased())\(text.dropFirst())")
    }
}
