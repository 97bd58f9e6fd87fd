public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Reads the image a sample names, and notes its file and shape.
///
/// Source: `LoadImageFromFile` of MMClassification and MMCV 2, for PNG, JPEG, PPM and PGM.
public struct LoadImageFromFile: Transform {
    private let toFloat32: Bool
    private let format: ImageFile

    /// A loader of images in colour or grey, as bytes or converted.
    public init(toFloat32: Bool = false, colorType: PNG.ColorType = .color) {
        self.toFloat32 = toFloat32
        format = ImageFile(colorType: colorType)
    }

    /// Reads `to_float32`, `color_type`, `imdecode_backend`, `file_client_args`, `backend_args` and, beyond
    /// the original, `max_pixels`: the most pixels an image may have.
    public init(from reader: inout ConfigReader) throws {
        let name = try reader.value("color_type", default: "color")
        let suffix = "_ignore_orientation"
        let plain = name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : name
        guard let colorType = PNG.ColorType(rawValue: plain) else {
            throw reader.failure("color_type", "", expected: "\"color\" or \"grayscale\"")
        }
        let most = try reader.value("max_pixels", default: ImageFile.defaultMaximumPixelCount)
        guard most > 0 else { throw reader.failure("max_pixels", "must be positive") }
        format = ImageFile(
            colorType: colorType, turnsUpright: plain == name, maximumPixelCount: most)
        toFloat32 = try reader.value("to_float32", default: false)
        guard try reader.value("imdecode_backend", default: "cv2") == "cv2" else {
            throw reader.failure("imdecode_backend", "", expected: "\"cv2\"")
        }
        reader.ignore("ignore_empty")
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
        let shape = DataValue(shape: image.shape)
        sample.update { fields in
            fields.reserveCapacity(12)
            fields["filename"] = .string(file)
            if case .dictionary(let info) = fields["img_info"], let name = info["filename"] {
                fields["ori_filename"] = name
            }
            fields["img"] = .array(image.array)
            fields["img_shape"] = shape
            fields["ori_shape"] = shape
            fields["img_norm_cfg"] = image.channels == 1 ? Self.greyAsRead : Self.colorAsRead
        }
    }

    /// The image in a file.
    package func decode(_ file: String) throws(DataError) -> Image { try format.read(file) }

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
