internal import CJPEG

/// Reads JPEG images through libjpeg-turbo.
///
/// Source: pixels are those of OpenCV's `imread` (accurate integer transform, smooth upsampling).
enum JPEG {
    /// Whether bytes begin as every JPEG file does.
    static func isJPEG(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0xff, 0xd8, 0xff]) }

    /// Decodes an image, not turned by its orientation.
    static func decode(_ bytes: [UInt8], as colorType: PNG.ColorType, maximumPixelCount: Int)
        throws(ImageFile.Failure) -> Image
    {
        let result = unsafe bytes.withUnsafeBufferPointer { buffer in
            Result { () throws(ImageFile.Failure) in
                unsafe try decode(buffer, colorType == .grayscale, maximumPixelCount)
            }
        }
        return try result.get()
    }

    private static func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, _ isGrey: Bool, _ maximumPixelCount: Int
    ) throws(ImageFile.Failure) -> Image {
        guard let reader = unsafe cjpeg_create() else {
            throw ImageFile.Failure(description: "out of memory")
        }
        defer { unsafe cjpeg_close(reader) }
        var (width, height): (Int32, Int32) = (0, 0)
        guard unsafe cjpeg_open(reader, bytes.baseAddress, bytes.count, &width, &height) == 0 else {
            throw unsafe failure(of: reader)
        }
        try ImageFile.check(width: Int(width), height: Int(height), maximumPixelCount)
        let channels = Int(unsafe cjpeg_channels(reader, isGrey ? 1 : 0))
        let count = Int(width) * Int(height) * channels
        var status: Int32 = 0
        let pixels = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            status = unsafe cjpeg_read(reader, buffer.baseAddress, isGrey ? 1 : 0)
            filled = status == 0 ? count : 0
        }
        guard status == 0 else { throw unsafe failure(of: reader) }
        let colors = channels == 4 ? fromInks(pixels) : pixels
        let image = Image(
            height: Int(height), width: Int(width), channels: channels == 4 ? 3 : channels,
            pixels: .uint8(colors))
        return isGrey ? image.asGrey : image
    }

    /// Colours from cyan, magenta, yellow and black, all inverted, as OpenCV makes them.
    private static func fromInks(_ inks: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: inks.count / 4 * 3)
        for place in 0..<(inks.count / 4) {
            let black = Int(inks[4 * place + 3])
            for channel in 0..<3 {
                let ink = Int(inks[4 * place + 2 - channel])
                result[3 * place + channel] = UInt8(black - ((255 - ink) * black) >> 8)
            }
        }
        return result
    }

    private static func failure(of reader: UnsafeMutablePointer<cjpeg_reader>) -> ImageFile.Failure
    {
        let text = unsafe String(cString: cjpeg_message(reader))
        return ImageFile.Failure(description: text.prefix(1).lowercased() + text.dropFirst())
    }
}
