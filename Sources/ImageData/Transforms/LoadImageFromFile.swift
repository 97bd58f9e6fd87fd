public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Reads the image a sample names, and notes its file and shape.
///
/// Source: `LoadImageFromFile` of MMClassification; PNG is the only format so far.
public struct LoadImageFromFile: Transform {
    private let toFloat32: Bool
    private let colorType: PNG.ColorType

    /// A loader of images in colour or grey, as bytes or converted.
    public init(toFloat32: Bool = false, colorType: PNG.ColorType = .color) {
        self.toFloat32 = toFloat32
        self.colorType = colorType
    }

    /// Reads `to_float32`, `color_type` and `file_client_args`.
    public init(from reader: inout ConfigReader) throws {
        let colorType: PNG.ColorType
        // For PNG, orientation is no matter.
        switch try reader.value("color_type", default: "color") {
        case "color", "color_ignore_orientation": colorType = .color
        case "grayscale", "grayscale_ignore_orientation": colorType = .grayscale
        default:
            throw reader.failure("color_type", "", expected: "\"color\" or \"grayscale\"")
        }
        self.init(toFloat32: try reader.value("to_float32", default: false), colorType: colorType)
        try reader.checkFileClient()
    }

    /// Draws nothing.
    public var isRandom: Bool { false }

    /// Adds `img` and what describes it.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        guard let file = sample.file else {
            throw TransformError("LoadImageFromFile", "the sample names no file")
        }
        var image = try decode(file)
        if toFloat32 { image = image.asFloat32 }
        sample["filename"] = .string(file)
        if case .dictionary(let info) = sample["img_info"], let name = info["filename"] {
            sample["ori_filename"] = name
        }
        sample.image = image
        let shape = DataValue(shape: image.shape)
        sample["img_shape"] = shape
        sample["ori_shape"] = shape
        sample["img_norm_cfg"] = image.channels == 1 ? Self.greyAsRead : Self.colorAsRead
    }

    /// The image in a file.
    package func decode(_ file: String) throws(DataError) -> Image {
        let bytes = try FileBytes.read(file)
        guard PNG.isPNG(bytes) else {
            throw DataError(file: file, reason: Self.refusal(of: bytes))
        }
        do {
            return try PNG.decode(bytes, as: colorType)
        } catch {
            throw DataError(file: file, reason: "cannot read PNG: \(error)")
        }
    }

    private static func refusal(of bytes: [UInt8]) -> String {
        let known: [(name: String, start: [UInt8])] = [
            ("JPEG", [0xff, 0xd8, 0xff]), ("BMP", Array("BM".utf8)), ("GIF", Array("GIF8".utf8)),
            ("TIFF", Array("II*\0".utf8)), ("TIFF", Array("MM\0*".utf8)),
            ("WebP", Array("RIFF".utf8)),
            ("PPM", Array("P6".utf8)), ("PGM", Array("P5".utf8)),
        ]
        if bytes.isEmpty { return "cannot read image: the file is empty" }
        guard let format = known.first(where: { bytes.starts(with: $0.start) }) else {
            return "cannot read image: not a PNG file"
        }
        return "cannot read image: \(format.name) is not supported yet; convert it to PNG"
    }

    private static let colorAsRead = asRead(channels: 3)
    private static let greyAsRead = asRead(channels: 1)

    /// The `img_norm_cfg` of pixels nobody has normalised.
    private static func asRead(channels: Int) -> DataValue {
        .dictionary(
            DataDictionary([
                (
                    "mean",
                    .array(PlainTensor([Float](repeating: 0, count: channels), shape: [channels]))
                ),
                (
                    "std",
                    .array(PlainTensor([Float](repeating: 1, count: channels), shape: [channels]))
                ),
                ("to_rgb", .bool(false)),
            ]))
    }
}
