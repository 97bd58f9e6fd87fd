internal import CPNG

/// Reads and writes PNG images through libpng.
///
/// Source: pixels are those of OpenCV's `imread` (8 bits, alpha dropped, gamma ignored).
public enum PNG {
    /// What pixels a decoder gives.
    public enum ColorType: String, Sendable, CaseIterable {
        /// Blue, green and red.
        case color
        /// One grey value.
        case grayscale
    }

    /// Why an image cannot be decoded or encoded, in libpng's words where they are its own.
    public struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
        /// The reason, lower case and without a full stop.
        public let description: String
    }

    private static let maximumSide: UInt32 = 1 << 20
    private static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

    /// Whether bytes begin as every PNG file does.
    public static func isPNG(_ bytes: [UInt8]) -> Bool { bytes.starts(with: signature) }

    /// Decodes an image.
    ///
    /// - Parameters:
    ///   - bytes: The file's contents.
    ///   - colorType: Whether to give colours or grey values, whatever the file holds.
    ///   - maximumPixelCount: The most pixels the image may have.
    /// - Returns: The image, 8 bits a value.
    /// - Throws: `Failure` for anything but a whole, undamaged image.
    public static func decode(
        _ bytes: [UInt8], as colorType: ColorType = .color, maximumPixelCount: Int = 1 << 27
    ) throws(Failure) -> Image {
        let result = unsafe bytes.withUnsafeBufferPointer { buffer in
            Result { () throws(Failure) in
                unsafe try decode(buffer, as: colorType, maximumPixelCount)
            }
        }
        return try result.get()
    }

    private static func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, as colorType: ColorType, _ maximumPixelCount: Int
    ) throws(Failure) -> Image {
        // libpng keeps the reader's address, so that it must not move: it lives on the heap.
        let reader = UnsafeMutablePointer<cpng_reader>.allocate(capacity: 1)
        unsafe reader.initialize(to: cpng_reader())
        defer {
            unsafe cpng_close(reader)
            unsafe reader.deallocate()
        }
        guard unsafe cpng_open(reader, bytes.baseAddress, bytes.count, maximumSide) == 0 else {
            throw unsafe failure(of: reader)
        }
        let width = Int(unsafe png_get_image_width(reader.pointee.png, reader.pointee.info))
        let height = Int(unsafe png_get_image_height(reader.pointee.png, reader.pointee.info))
        do {
            try ImageFile.check(width: width, height: height, maximumPixelCount)
        } catch {
            throw Failure(description: error.description)
        }
        // Deflate shrinks at most 1032 to 1: do not make room for pixels that cannot be there.
        let rowBytes = Int(unsafe png_get_rowbytes(reader.pointee.png, reader.pointee.info))
        guard rowBytes * height / 1032 <= bytes.count else {
            throw Failure(description: "read beyond end of data")
        }
        let isGrey = colorType == .grayscale
        let count = width * height * (isGrey ? 1 : 3)
        var status: Int32 = 0
        let pixels = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            status = unsafe cpng_read(reader, buffer.baseAddress, isGrey ? 1 : 0)
            filled = status == 0 ? count : 0
        }
        guard status == 0 else { throw unsafe failure(of: reader) }
        return Image(
            height: height, width: width, channels: isGrey ? 1 : 3, pixels: .uint8(pixels))
    }

    /// Encodes an image of 8-bit grey or blue, green, red values.
    ///
    /// - Parameter image: The image.
    /// - Returns: A PNG file.
    /// - Throws: `Failure` for other kinds of pixels, and where memory ends.
    public static func encode(_ image: Image) throws(Failure) -> [UInt8] {
        guard case .uint8(let pixels) = image.pixels, image.channels == 1 || image.channels == 3
        else {
            throw Failure(description: "only 8-bit images with 1 or 3 channels are written")
        }
        guard image.width > 0, image.height > 0 else {
            throw Failure(description: "an image without pixels cannot be written")
        }
        var header = unsafe png_image()
        unsafe header.version = UInt32(PNG_IMAGE_VERSION)
        unsafe header.width = UInt32(image.width)
        unsafe header.height = UInt32(image.height)
        unsafe header.format = image.channels == 1 ? cpng_format_grey() : cpng_format_bgr()
        defer { unsafe png_image_free(&header) }
        var size = 0
        guard unsafe png_image_write_to_memory(&header, nil, &size, 0, pixels, 0, nil) != 0 else {
            throw unsafe failure(of: header)
        }
        var bytes = [UInt8](repeating: 0, count: size)
        guard unsafe png_image_write_to_memory(&header, &bytes, &size, 0, pixels, 0, nil) != 0
        else {
            throw unsafe failure(of: header)
        }
        bytes.removeLast(bytes.count - size)
        return bytes
    }

    private static func failure(of reader: UnsafeMutablePointer<cpng_reader>) -> Failure {
        unsafe withUnsafeBytes(of: &reader.pointee.message) { text in unsafe failure(saying: text) }
    }

    private static func failure(of header: png_image) -> Failure {
        var message = unsafe header.message
        return unsafe withUnsafeBytes(of: &message) { text in unsafe failure(saying: text) }
    }

    private static func failure(saying text: UnsafeRawBufferPointer) -> Failure {
        unsafe Failure(description: String(decoding: text.prefix { $0 != 0 }, as: UTF8.self))
    }
}
