/// Undoes the filters of a PNG file's rows of red, green and blue, giving blue, green and red as OpenCV has it.
///
/// All channels of a pixel are handled at once, four bytes at a time: the fourth is the next pixel's and
/// is overwritten by it.
/// Source: section 9 of the PNG specification.
enum PlainRows {
    /// How many bytes must follow the last row.
    static let margin = 4

    private typealias Bytes = SIMD4<UInt8>
    private typealias Words = SIMD4<Int16>

    /// The pixels of rows that begin with the number of their filter each; nil for an unknown number.
    static func pixels(_ rows: UnsafeRawBufferPointer, stride: Int, height: Int) -> [UInt8]? {
        guard let source = rows.baseAddress, rows.count >= height * (stride + 1) + margin else {
            return nil
        }
        var isValid = true
        let pixels = unsafe [UInt8](unsafeUninitializedCapacity: stride * height + margin) {
            buffer, filled in
            guard let start = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
            for y in 0..<height where isValid {
                let row = unsafe start + y * stride
                isValid = unsafe undo(
                    source + y * (stride + 1), into: row, above: y == 0 ? nil : row - stride, stride
                )
            }
            filled = stride * height
        }
        return isValid ? pixels : nil
    }

    /// Undoes one row's filter; false for an unknown one.
    private static func undo(
        _ source: UnsafeRawPointer, into row: UnsafeMutableRawPointer,
        above: UnsafeMutableRawPointer?, _ stride: Int
    ) -> Bool {
        let values = unsafe source + 1
        switch unsafe source.load(as: UInt8.self) {
        case 0: unsafe copy(values, row, stride)
        case 1: unsafe addLeft(values, row, stride)
        case 2:
            if let above = unsafe above {
                unsafe addAbove(values, row, above, stride)
            } else {
                unsafe copy(values, row, stride)
            }
        case 3: unsafe addMean(values, row, above, stride)
        case 4:
            if let above = unsafe above {
                unsafe addNearest(values, row, above, stride)
            } else {
                // Where nothing is above, the nearest is the left one.
                unsafe addLeft(values, row, stride)
            }
        default: return false
        }
        return true
    }

    /// Three bytes in reverse order.
    @inline(__always)
    private static func pixel(_ source: UnsafeRawPointer, _ place: Int) -> Bytes {
        let word = unsafe source.loadUnaligned(fromByteOffset: place, as: UInt32.self)
        return unsafe unsafeBitCast(word.byteSwapped >> 8, to: Bytes.self)
    }

    @inline(__always)
    private static func kept(_ row: UnsafeMutableRawPointer, _ place: Int) -> Bytes {
        unsafe unsafeBitCast(
            row.loadUnaligned(fromByteOffset: place, as: UInt32.self), to: Bytes.self)
    }

    @inline(__always)
    private static func keep(_ pixel: Bytes, _ row: UnsafeMutableRawPointer, _ place: Int) {
        unsafe row.storeBytes(
            of: unsafeBitCast(pixel, to: UInt32.self), toByteOffset: place, as: UInt32.self)
    }

    private static func copy(
        _ source: UnsafeRawPointer, _ row: UnsafeMutableRawPointer, _ stride: Int
    ) {
        var x = 0
        while x < stride {
            unsafe keep(pixel(source, x), row, x)
            x += 3
        }
    }

    private static func addLeft(
        _ source: UnsafeRawPointer, _ row: UnsafeMutableRawPointer, _ stride: Int
    ) {
        var left = Bytes(repeating: 0)
        var x = 0
        while x < stride {
            left = unsafe left &+ pixel(source, x)
            unsafe keep(left, row, x)
            x += 3
        }
    }

    private static func addAbove(
        _ source: UnsafeRawPointer, _ row: UnsafeMutableRawPointer,
        _ above: UnsafeMutableRawPointer, _ stride: Int
    ) {
        var x = 0
        while x < stride {
            unsafe keep(pixel(source, x) &+ kept(above, x), row, x)
            x += 3
        }
    }

    private static func addMean(
        _ source: UnsafeRawPointer, _ row: UnsafeMutableRawPointer,
        _ above: UnsafeMutableRawPointer?, _ stride: Int
    ) {
        var left = Words(repeating: 0)
        var x = 0
        while x < stride {
            let up = unsafe above.map { unsafe Words(truncatingIfNeeded: kept($0, x)) }
            let mean = (left &+ (up ?? Words(repeating: 0))) &>> 1
            let value = unsafe pixel(source, x) &+ Bytes(truncatingIfNeeded: mean)
            unsafe keep(value, row, x)
            left = Words(truncatingIfNeeded: value)
            x += 3
        }
    }

    /// Adds the neighbour that is nearest to what the three suggest together (Paeth's predictor).
    private static func addNearest(
        _ source: UnsafeRawPointer, _ row: UnsafeMutableRawPointer,
        _ above: UnsafeMutableRawPointer, _ stride: Int
    ) {
        var left = Words(repeating: 0)
        var upperLeft = left
        var x = 0
        while x < stride {
            let up = unsafe Words(truncatingIfNeeded: kept(above, x))
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
            let value = unsafe pixel(source, x) &+ Bytes(truncatingIfNeeded: guess)
            unsafe keep(value, row, x)
            left = Words(truncatingIfNeeded: value)
            upperLeft = up
            x += 3
        }
    }
}
