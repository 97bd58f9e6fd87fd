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
        let raw = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            isWhole = unsafe unpack(data, into: buffer)
            filled = isWhole ? count : 0
        }
        guard isWhole else { return nil }
        var isValid = false
        let pixels = unsafe [UInt8](unsafeUninitializedCapacity: stride * header.height) {
            buffer, filled in
            isValid = unsafe raw.withUnsafeBufferPointer { source in
                unsafe unfilter(source, stride, header.height, into: buffer)
            }
            filled = stride * header.height
        }
        guard isValid else { return nil }
        return Image(
            height: header.height, width: header.width, channels: 3,
            pixels: .uint8(swapped(pixels)))
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

    /// Undoes what each row begins by naming; false for an unknown name.
    private static func unfilter(
        _ source: UnsafeBufferPointer<UInt8>, _ stride: Int, _ height: Int,
        into pixels: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        for y in 0..<height {
            let from = y * (stride + 1)
            let row = y * stride
            let above = row - stride
            switch unsafe source[from] {
            case 0:
                for x in 0..<stride { unsafe pixels[row + x] = source[from + 1 + x] }
            case 1:
                for x in 0..<stride {
                    let left = x < 3 ? 0 : unsafe pixels[row + x - 3]
                    unsafe pixels[row + x] = source[from + 1 + x] &+ left
                }
            case 2:
                for x in 0..<stride {
                    let up = y == 0 ? 0 : unsafe pixels[above + x]
                    unsafe pixels[row + x] = source[from + 1 + x] &+ up
                }
            case 3:
                for x in 0..<stride {
                    let left = x < 3 ? 0 : UInt16(unsafe pixels[row + x - 3])
                    let up = y == 0 ? 0 : UInt16(unsafe pixels[above + x])
                    let mean = UInt8(truncatingIfNeeded: (left + up) >> 1)
                    unsafe pixels[row + x] = source[from + 1 + x] &+ mean
                }
            case 4:
                unsafe undoPaeth(source, from + 1, pixels, row, above: y == 0 ? nil : above, stride)
            default: return false
            }
        }
        return true
    }

    /// Paeth's predictor, all channels of a pixel at once.
    private static func undoPaeth(
        _ source: UnsafeBufferPointer<UInt8>, _ from: Int,
        _ pixels: UnsafeMutableBufferPointer<UInt8>, _ row: Int, above: Int?, _ stride: Int
    ) {
        var left = SIMD4<Int16>(repeating: 0)
        var upperLeft = left
        var x = 0
        while x < stride {
            let up: SIMD4<Int16>
            if let above {
                up = unsafe SIMD4(
                    Int16(pixels[above + x]), Int16(pixels[above + x + 1]),
                    Int16(pixels[above + x + 2]), 0)
            } else {
                up = SIMD4(repeating: 0)
            }
            let toUp = left &- upperLeft
            let toLeft = up &- upperLeft
            let both = toUp &+ toLeft
            let distanceLeft = pointwiseMax(toLeft, 0 &- toLeft)
            let distanceUp = pointwiseMax(toUp, 0 &- toUp)
            let distanceBoth = pointwiseMax(both, 0 &- both)
            // Ties go to the left pixel, then to the one above.
            let isLeft = distanceLeft .<= distanceUp .& (distanceLeft .<= distanceBoth)
            var guess = upperLeft.replacing(with: up, where: distanceUp .<= distanceBoth)
            guess.replace(with: left, where: isLeft)
            let value = unsafe SIMD4(
                Int16(source[from + x]), Int16(source[from + x + 1]), Int16(source[from + x + 2]), 0
            )
            left = (value &+ guess) & 255
            upperLeft = up
            unsafe pixels[row + x] = UInt8(truncatingIfNeeded: left[0])
            unsafe pixels[row + x + 1] = UInt8(truncatingIfNeeded: left[1])
            unsafe pixels[row + x + 2] = UInt8(truncatingIfNeeded: left[2])
            x += 3
        }
    }

    /// Blue first, as OpenCV has it.
    private static func swapped(_ values: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: values.count) { buffer, filled in
            for place in stride(from: 0, to: values.count - 2, by: 3) {
                unsafe buffer[place] = values[place + 2]
                unsafe buffer[place + 1] = values[place + 1]
                unsafe buffer[place + 2] = values[place]
            }
            filled = values.count
        }
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
