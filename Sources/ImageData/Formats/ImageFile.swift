/// Images in files of any format that is read here: PNG, JPEG, PPM and PGM.
package struct ImageFile: Sendable {
    /// Why an image cannot be decoded, lower case and without a full stop.
    struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
        let description: String
    }

    /// More pixels than any training image has: a header that claims more is a mistake or an attack.
    package static let defaultMaximumPixelCount = 1 << 27

    /// Whether to give colours or grey values, whatever a file holds.
    let colorType: PNG.ColorType
    /// Whether photographs are turned upright, as their EXIF data says.
    var turnsUpright = true
    /// The most pixels an image may have.
    var maximumPixelCount = Self.defaultMaximumPixelCount

    private enum Format: String {
        case png = "PNG"
        case jpeg = "JPEG"
        case netPBM = "PNM"

        init?(of bytes: [UInt8]) {
            if PNG.isPNG(bytes) {
                self = .png
            } else if JPEG.isJPEG(bytes) {
                self = .jpeg
            } else if NetPBM.isNetPBM(bytes) {
                self = .netPBM
            } else {
                return nil
            }
        }
    }

    /// The image in a file.
    func read(_ file: String) throws(DataError) -> Image {
        let bytes = try FileBytes.read(file)
        guard let format = Format(of: bytes) else {
            throw DataError(file: file, reason: Self.refusal(of: bytes))
        }
        do {
            return try decode(bytes, format)
        } catch {
            throw DataError(file: file, reason: "cannot read \(format.rawValue): \(error)")
        }
    }

    private func decode(_ bytes: [UInt8], _ format: Format) throws -> Image {
        switch format {
        case .png:
            return try PNG.decode(bytes, as: colorType, maximumPixelCount: maximumPixelCount)
        case .jpeg:
            let image = try JPEG.decode(bytes, as: colorType, maximumPixelCount: maximumPixelCount)
            return turnsUpright ? Orientation(ofJPEG: bytes).upright(image) : image
        case .netPBM:
            return try NetPBM.decode(bytes, as: colorType, maximumPixelCount: maximumPixelCount)
        }
    }

    /// Refuses sizes that no image here may have.
    static func check(width: Int, height: Int, _ maximum: Int) throws(Failure) {
        guard width > 0, height > 0 else {
            throw Failure(description: "\(width)x\(height) pixels")
        }
        guard width <= 1 << 20, height <= 1 << 20, width * height <= maximum else {
            throw Failure(
                description: "\(width)x\(height) pixels are more than the limit of \(maximum); "
                    + "max_pixels of LoadImageFromFile raises it")
        }
    }

    private static func refusal(of bytes: [UInt8]) -> String {
        let known: [(name: String, start: [UInt8])] = [
            ("BMP", Array("BM".utf8)), ("GIF", Array("GIF8".utf8)),
            ("TIFF", Array("II*\0".utf8)), ("TIFF", Array("MM\0*".utf8)),
            ("WebP", Array("RIFF".utf8)), ("PBM", Array("P1".utf8)), ("PBM", Array("P4".utf8)),
        ]
        if bytes.isEmpty { return "cannot read image: the file is empty" }
        guard let format = known.first(where: { bytes.starts(with: $0.start) }) else {
            return "cannot read image: not a PNG, JPEG, PPM or PGM file"
        }
        return "cannot read image: \(format.name) is not supported; convert it to PNG"
    }
}
