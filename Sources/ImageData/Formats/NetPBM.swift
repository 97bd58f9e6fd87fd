/// Reads grey and colour maps of the Netpbm family: PGM and PPM, written as text or as bytes.
///
/// Source: the format's manual; levels and roundings are those of OpenCV's `imread`.
enum NetPBM {
    /// Whether bytes begin as PGM and PPM files do.
    static func isNetPBM(_ bytes: [UInt8]) -> Bool {
        bytes.count > 2 && bytes[0] == UInt8(ascii: "P") && "2356".utf8.contains(bytes[1])
            && bytes[2].isSpace
    }

    /// Decodes an image.
    static func decode(_ bytes: [UInt8], as colorType: PNG.ColorType, maximumPixelCount: Int)
        throws(ImageFile.Failure) -> Image
    {
        var reader = Reader(bytes: bytes, place: 2)
        let isText = "23".utf8.contains(bytes[1])
        let channels = "36".utf8.contains(bytes[1]) ? 3 : 1
        let width = try reader.number()
        let height = try reader.number()
        let most = try reader.number()
        try ImageFile.check(width: width, height: height, maximumPixelCount)
        guard (1...65535).contains(most) else {
            throw ImageFile.Failure(description: "the greatest level is \(most), not 1 to 65535")
        }
        let count = width * height * channels
        let values =
            isText
            ? try text(&reader, count: count, most: most)
            : try binary(&reader, count: count, isWide: most > 255)
        let image = Image(
            height: height, width: width, channels: channels,
            pixels: .uint8(channels == 3 ? swapped(values) : values))
        switch colorType {
        case .color: return channels == 3 ? image : image.asColor
        case .grayscale: return image.asGrey
        }
    }

    private static func text(_ reader: inout Reader, count: Int, most: Int)
        throws(ImageFile.Failure) -> [UInt8]
    {
        // Every value takes a digit and, but for the last, a space.
        guard reader.remaining >= 2 * count - 1 else { throw .endOfData }
        var values: [UInt8] = []
        values.reserveCapacity(count)
        for _ in 0..<count {
            let level = min(try reader.number(), most)
            values.append(UInt8(most > 255 ? level >> 8 : level * 255 / most))
        }
        return values
    }

    private static func binary(_ reader: inout Reader, count: Int, isWide: Bool)
        throws(ImageFile.Failure) -> [UInt8]
    {
        // One white space ends the header.
        let start = reader.place + 1
        let length = isWide ? 2 * count : count
        guard start + length <= reader.bytes.count else { throw .endOfData }
        if !isWide { return Array(reader.bytes[start..<(start + length)]) }
        return (0..<count).map { reader.bytes[start + 2 * $0] }
    }

    private static func swapped(_ values: [UInt8]) -> [UInt8] {
        var result = values
        for place in stride(from: 0, to: values.count, by: 3) { result.swapAt(place, place + 2) }
        return result
    }

    private struct Reader {
        let bytes: [UInt8]
        var place: Int

        var remaining: Int { bytes.count - place }

        /// The next number, after white space and comments.
        mutating func number() throws(ImageFile.Failure) -> Int {
            while place < bytes.count, bytes[place].isSpace || bytes[place] == UInt8(ascii: "#") {
                if bytes[place] == UInt8(ascii: "#") {
                    while place < bytes.count, bytes[place] != UInt8(ascii: "\n") { place += 1 }
                } else {
                    place += 1
                }
            }
            let start = place
            var value = 0
            while place < bytes.count, case let digit = Int(bytes[place]) - 48,
                (0...9).contains(digit), value < 1 << 40
            {
                value = value * 10 + digit
                place += 1
            }
            guard place > start else {
                throw place == bytes.count
                    ? .endOfData
                    : ImageFile.Failure(description: "a number is missing at byte \(place)")
            }
            return value
        }
    }
}

extension UInt8 {
    fileprivate var isSpace: Bool { self == 32 || (9...13).contains(self) }
}

extension ImageFile.Failure {
    fileprivate static var endOfData: Self { Self(description: "read beyond end of data") }
}
