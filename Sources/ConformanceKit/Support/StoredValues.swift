internal import ConfigCore
internal import Foundation

/// Reads the binary data files that stand beside an oracle file.
enum StoredValues {
    /// Reads the little-endian numbers of a file.
    ///
    /// - Parameters:
    ///   - node: `{"file": …, "dtype": …}`.
    ///   - folder: What the file's name is relative to.
    ///   - type: The type of the numbers.
    /// - Returns: The numbers.
    /// - Throws: `MalformedCase` where there is no such file, or one of another type is meant.
    static func read<Value: StoredNumber>(
        _ node: ConfigNode, in folder: String, as type: Value.Type
    ) throws -> [Value] {
        let path = folder + (try node.field("file").text())
        guard try node.field("dtype").text() == Value.storedName,
            let data = FileManager.default.contents(atPath: path)
        else { throw MalformedCase("\(path): no file of \(Value.storedName)") }
        let width = MemoryLayout<Value.Bits>.size
        return stride(from: 0, to: data.count - data.count % width, by: width).map { start in
            let bits = (0..<width).reduce(Value.Bits.zero) { bits, place in
                bits | Value.Bits(data[data.startIndex + start + place]) << Value.Bits(8 * place)
            }
            return Value(storedBits: bits)
        }
    }
}

/// A number as data files hold it.
protocol StoredNumber {
    associatedtype Bits: FixedWidthInteger & UnsignedInteger
    static var storedName: String { get }
    init(storedBits: Bits)
}

extension Float: StoredNumber {
    static var storedName: String { "float32" }
    init(storedBits: UInt32) { self.init(bitPattern: storedBits) }
}

extension Int64: StoredNumber {
    static var storedName: String { "int64" }
    init(storedBits: UInt64) { self.init(bitPattern: storedBits) }
}
