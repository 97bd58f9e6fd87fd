internal import CDeflate

/// Decodes the PNG files that most data sets consist of: 8-bit red, green, blue without interlacing.
///
/// Unpacking with libdeflate takes a third of zlib's time, which is most of what small images take.
/// Whatever is not plain, or not whole, is left to libpng, whose pixels and messages count.
enum PlainPNG {
    /// The image, or nil where libpng must look.
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>, maximumPixelCount: Int) -> Image? {
        guard let header = unsafe Header(bytes),
            header.width * header.height <= maximumPixelCount,
            let data = unsafe imageData(bytes)
        else { return nil }
        let stride = 3 * header.width
        let count = header.height * (stride + 1)
        // Deflate shrinks at most 1032 to 1: do not make room for pixels that cannot be there.
        guard count / 1032 <= bytes.count else { return nil }
        var isWhole = false
        // Rows are read four bytes at a time, so there is room behind the last.
        let raw = unsafe [UInt8](unsafeUninitializedCapacity: count + PlainRows.margin) {
            buffer, filled in
            isWhole = unsafe unpack(
                data, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            for place in 0..<PlainRows.margin { unsafe buffer[count + place] = 0 }
            filled = isWhole ? count + PlainRows.margin : 0
        }
        guard isWhole else { return nil }
        let pixels = unsafe raw.withUnsafeBytes { rows in
            unsafe PlainRows.pixels(rows, stride: stride, height: header.height)
        }
        return pixels.map {
            Image(height: header.height, width: header.width, channels: 3, pixels: .uint8($0))
        }
    }

    private struct Header {
        let width, height: Int

        /// Nil for all but the plain kind.
        init?(_ bytes: UnsafeBufferPointer<UInt8>) {
            guard bytes.count > 33, unsafe bytes.word(at: 8) == 13,
                unsafe bytes.word(at: 12) == 0x4948_4452,  // IHDR
                unsafe bytes[24] == 8, unsafe bytes[25] == 2, unsafe bytes[26] == 0,
                unsafe bytes[27] == 0, unsafe bytes[28] == 0
            else { return nil }
            width = Int(unsafe bytes.word(at: 16))
            height = Int(unsafe bytes.word(at: 20))
            guard (1...1 << 20).contains(width), (1...1 << 20).contains(height) else { return nil }
        }
    }

    /// The compressed pixels, if they are in one chunk and all checksums are right.
    private static func imageData(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<
        UInt8
    >? {
        var place = 8
        var data: UnsafeBufferPointer<UInt8>?
        while place + 12 <= bytes.count {
            let length = Int(unsafe bytes.word(at: place))
            let end = place + 12 + length
            guard end <= bytes.count, let start = bytes.baseAddress else { return nil }
            let sum = unsafe libdeflate_crc32(0, start + place + 4, length + 4)
            guard unsafe sum == bytes.word(at: end - 4) else { return nil }
            switch unsafe bytes.word(at: place + 4) {
            case 0x4948_4452: break  // IHDR
            case 0x4944_4154:  // IDAT
                guard unsafe data == nil else { return nil }
                unsafe data = UnsafeBufferPointer(rebasing: bytes[(place + 8)..<(end - 4)])
            case 0x4945_4e44: return unsafe data  // IEND
            default: return nil
            }
            place = end
        }
        return nil
    }

    private static func unpack(
        _ data: UnsafeBufferPointer<UInt8>, into buffer: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        guard let decompressor = unsafe libdeflate_alloc_decompressor() else { return false }
        defer { unsafe libdeflate_free_decompressor(decompressor) }
        // Without room for its size the library demands the exact number of bytes.
        let result = unsafe libdeflate_zlib_decompress(
            decompressor, data.baseAddress, data.count, buffer.baseAddress, buffer.count, nil)
        return result == LIBDEFLATE_SUCCESS
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Four bytes, the first one high.
    fileprivate func word(at place: Int) -> UInt32 {
        var word: UInt32 = 0
        for offset in 0..<4 { word = unsafe word << 8 | UInt32(self[place + offset]) }
        return word
    }
}
