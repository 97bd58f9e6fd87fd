internal import CZlib

/// Unpacks gzip files, and zlib streams inside other files.
enum GZip {
    /// Why bytes cannot be unpacked.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Far more than any data set in one file has; a few bytes can claim anything.
    private static let largest = 1 << 31

    /// Whether bytes begin as gzip files do.
    static func isGZip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }

    /// The bytes in a gzip file or zlib stream.
    static func unpacked(_ bytes: [UInt8]) throws(Failure) -> [UInt8] {
        let result = unsafe bytes.withUnsafeBufferPointer { source in
            Result { () throws(Failure) in unsafe try unpacked(source) }
        }
        return try result.get()
    }

    private static func unpacked(_ source: UnsafeBufferPointer<UInt8>) throws(Failure) -> [UInt8] {
        var stream = unsafe z_stream()
        guard unsafe czlib_begin_unpacking(&stream) == Z_OK else {
            throw Failure(description: "out of memory")
        }
        defer { unsafe inflateEnd(&stream) }
        unsafe stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        unsafe stream.avail_in = UInt32(source.count)
        var result: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 18)
        var status = Z_OK
        while status == Z_OK {
            let (code, left) = unsafe part.withUnsafeMutableBufferPointer { buffer in
                unsafe stream.next_out = buffer.baseAddress
                unsafe stream.avail_out = UInt32(buffer.count)
                let code = unsafe inflate(&stream, Z_NO_FLUSH)
                return (code, unsafe Int(stream.avail_out))
            }
            status = code
            result.append(contentsOf: part[..<(part.count - left)])
            guard result.count <= largest else {
                throw Failure(description: "more than \(largest) bytes")
            }
        }
        guard status == Z_STREAM_END else {
            throw Failure(
                description: status == Z_BUF_ERROR ? "the file ends too early" : "damaged data")
        }
        return result
    }
}
