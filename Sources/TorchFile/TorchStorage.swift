/// A block of numbers that several tensors may share.
///
/// A storage is written to a file once, however many tensors look into it; `===` tells
/// whether two tensors share one.
public final class TorchStorage: Sendable {
    /// Training's own type is kept as numbers, so that reading and writing hundreds of
    /// megabytes of it needs no conversion; everything else stays bytes, little-endian.
    enum Contents: Sendable {
        case floats([Float])
        case bytes([UInt8])
    }

    let contents: Contents

    init(_ contents: Contents) {
        self.contents = contents
    }

    /// Keeps float32 numbers without copying them.
    public convenience init(float32 values: [Float]) {
        self.init(.floats(values))
    }

    /// Keeps numbers of any type, given as little-endian bytes.
    public convenience init(bytes: [UInt8]) {
        self.init(.bytes(bytes))
    }

    /// The size of the block.
    public var byteCount: Int {
        switch contents {
        case .floats(let values): values.count * MemoryLayout<Float>.size
        case .bytes(let bytes): bytes.count
        }
    }

    /// The block as little-endian bytes; float32 numbers are converted on every call.
    public var bytes: [UInt8] {
        switch contents {
        case .bytes(let bytes): return bytes
        case .floats(let values): return littleEndianBytes(values.lazy.map(\.bitPattern))
        }
    }
}

/// The bytes of `values`, the lowest byte of each first.
func littleEndianBytes<Values: Sequence>(_ values: Values) -> [UInt8]
where Values.Element: FixedWidthInteger {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.underestimatedCount * MemoryLayout<Values.Element>.size)
    for value in values {
        appendLittleEndian(value, to: &bytes)
    }
    return bytes
}

/// Appends the bytes of `value`, the lowest first.
@inline(__always)
func appendLittleEndian(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    var rest = value
    for _ in 0..<(value.bitWidth / 8) {
        bytes.append(UInt8(truncatingIfNeeded: rest))
        rest >>= 8
    }
}

/// The integer whose bytes start at `index`, the lowest first.
@inline(__always)
func littleEndian<Value: FixedWidthInteger>(
    _ bytes: [UInt8], at index: Int, as type: Value.Type
) -> Value {
    var value = Value.zero
    for byte in 0..<(Value.bitWidth / 8) {
        value |=
            Value(truncatingIfNeeded: bytes[index + byte]) << Value(truncatingIfNeeded: 8 * byte)
    }
    return value
}
