/// How the pixels of a photograph are turned, by the EXIF data of a JPEG file.
///
/// Source: EXIF 2.3, tag 0x0112; OpenCV turns images upright unless told otherwise.
struct Orientation: Equatable {
    /// From 1 (upright) to 8.
    let number: Int

    /// The orientation a JPEG file states; upright where it states none.
    init(ofJPEG bytes: [UInt8]) {
        number = Self.exif(in: bytes).flatMap(Self.number) ?? 1
    }

    /// The image turned upright.
    func upright(_ image: Image) -> Image {
        switch number {
        case 2: image.flippedHorizontally()
        case 3: image.flippedVertically().flippedHorizontally()
        case 4: image.flippedVertically()
        case 5: image.transposed()
        case 6: image.transposed().flippedHorizontally()
        case 7: image.transposed().flippedVertically().flippedHorizontally()
        case 8: image.transposed().flippedVertically()
        default: image
        }
    }

    /// The TIFF structure in the first EXIF segment.
    private static func exif(in bytes: [UInt8]) -> ArraySlice<UInt8>? {
        var place = 2
        while place + 4 <= bytes.count, bytes[place] == 0xff {
            let marker = bytes[place + 1]
            // After the start of the scan come pixels.
            if marker == 0xda || marker == 0xd9 { return nil }
            let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
            let content = place + 4
            let end = place + 2 + length
            guard length >= 2, end <= bytes.count else { return nil }
            let name: [UInt8] = Array("Exif".utf8) + [0, 0]
            if marker == 0xe1, bytes[content..<end].starts(with: name) {
                return bytes[(content + 6)..<end]
            }
            place = end
        }
        return nil
    }

    private static func number(in tiff: ArraySlice<UInt8>) -> Int? {
        let isLittle = tiff.starts(with: Array("II".utf8))
        guard isLittle || tiff.starts(with: Array("MM".utf8)) else { return nil }
        func value(at offset: Int, bytes count: Int) -> Int? {
            let start = tiff.startIndex + offset
            guard offset >= 0, start + count <= tiff.endIndex else { return nil }
            let part = tiff[start..<(start + count)]
            let ordered = isLittle ? Array(part.reversed()) : Array(part)
            return ordered.reduce(0) { $0 << 8 | Int($1) }
        }
        guard let directory = value(at: 4, bytes: 4), let count = value(at: directory, bytes: 2)
        else { return nil }
        for entry in 0..<count {
            let start = directory + 2 + 12 * entry
            if value(at: start, bytes: 2) == 0x0112 { return value(at: start + 8, bytes: 2) }
        }
        return nil
    }
}
