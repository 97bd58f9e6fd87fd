/// A record of a TensorFlow record file around its payload.
///
/// Source: TensorFlow's `TFRecord` format: length, its masked checksum, payload, its masked checksum;
/// all numbers little-endian.
enum RecordFrame {
    static func frame(_ payload: [UInt8]) -> [UInt8] {
        let length = littleEndian(UInt64(payload.count))
        return length + littleEndian(CRC32C.masked(length)) + payload
            + littleEndian(CRC32C.masked(payload))
    }

    private static func littleEndian(_ value: some FixedWidthInteger & UnsignedInteger) -> [UInt8] {
        (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
