/// A position in bytes that are read front to back; running out of them is an error.
struct ByteReader {
    let bytes: [UInt8]
    private(set) var position: Int

    init(_ bytes: [UInt8], position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    mutating func byte() throws(FileProblem) -> UInt8 {
        guard position < bytes.count else {
            throw Self.cutOff
        }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func take(_ count: Int) throws(FileProblem) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - position else {
            throw Self.cutOff
        }
        defer { position += count }
        return bytes[position..<(position + count)]
    }

    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws(FileProblem) -> Value
    {
        let start = try take(Value.bitWidth / 8).startIndex
        return littleEndian(bytes, at: start, as: type)
    }

    /// A length that the pickle gives in 4 or 8 bytes.
    mutating func length<Value: FixedWidthInteger>(_ type: Value.Type) throws(FileProblem) -> Int {
        guard let length = Int(exactly: try integer(type)) else {
            throw Self.cutOff
        }
        return length
    }

    /// The text up to the end of the line, which is passed over.
    mutating func line() throws(FileProblem) -> String {
        guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else {
            throw Self.cutOff
        }
        defer { position = end + 1 }
        return text(bytes[position..<end])
    }

    mutating func text(_ count: Int) throws(FileProblem) -> String {
        text(try take(count))
    }

    /// Python writes lone surrogates (undecodable file names) as UTF-8 that is not valid; they
    /// become U+FFFD.
    private func text(_ slice: ArraySlice<UInt8>) -> String {
        String(decoding: slice, as: UTF8.self)
    }

    private static var cutOff: FileProblem {
        FileProblem("the pickle ends too early", remedy: Remedy.damaged)
    }
}
