public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Cuts the middle out of an image.
///
/// Source: `CenterCrop` of MMClassification, where `crop_size` is height and width, and of MMCV 2,
/// where it is width and height; `EfficientNetCenterCrop` of MMPretrain. A side that is smaller than
/// the crop stays whole, unless `auto_pad` extends it.
public struct CenterCrop: Transform {
    private let height: Int
    private let width: Int
    /// For EfficientNet's form: the crop is enlarged by this margin, then resized.
    private let margin: Int?
    private let resizer: Resizer
    /// How images that are too small are extended, if at all.
    private let extends: (mode: PaddingMode, fill: [Double])?

    /// Reads `crop_size`, `efficientnet_style`, `crop_padding`, `interpolation`, `backend`, `auto_pad` and
    /// `pad_cfg`.
    ///
    /// - Parameters:
    ///   - reader: The config.
    ///   - style: What order a pair is in.
    ///   - isEfficientNet: Whether this is MMPretrain's `EfficientNetCenterCrop`.
    /// - Throws: `ConfigError` for a bad config.
    public init(
        from reader: inout ConfigReader, _ style: PipelineStyle = .legacy,
        isEfficientNet: Bool = false
    ) throws {
        (height, width) = try reader.pairSize("crop_size", style)
        guard height > 0, width > 0 else {
            throw reader.failure("crop_size", "must be positive")
        }
        let isChosen = try isEfficientNet || reader.value("efficientnet_style", default: false)
        let margin = try reader.value("crop_padding", default: 32)
        resizer = try Resizer(from: &reader, default: isEfficientNet ? .bicubic : .bilinear)
        reader.ignore("clip_object_border")
        extends =
            try reader.value("auto_pad", default: false) ? Self.extension(from: &reader) : nil
        reader.ignore("pad_cfg")
        guard isChosen else {
            self.margin = nil
            return
        }
        guard reader.node["crop_size"]?.int != nil else {
            throw reader.failure("crop_size", "must be an integer with efficientnet_style")
        }
        guard margin >= 0 else { throw reader.failure("crop_padding", "must be 0 or more") }
        self.margin = margin
    }

    private static func `extension`(from reader: inout ConfigReader) throws -> (
        mode: PaddingMode, fill: [Double]
    ) {
        try reader.nested("pad_cfg") { pad in
            pad.ignore("type", "size")
            return (
                try pad.choice("padding_mode", default: .constant),
                try pad.numberOrList("pad_val") ?? [0]
            )
        } ?? (.constant, [0])
    }

    /// Draws nothing.
    public var isRandom: Bool { false }

    /// Cuts `img` and notes its shape.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        let image = try crop(try sample.requiredImage(for: "CenterCrop"))
        sample.image = image
        sample.noteShape(of: image)
    }

    private func crop(_ image: Image) throws -> Image {
        guard let margin else {
            let image = try extended(image)
            return image.cropped(
                to: image.middlePart(height: Double(height), width: Double(width)))
        }
        return try resizer.resized(
            image.cropped(to: image.middlePart(forSide: height, margin: margin)), height: height,
            width: width, for: "CenterCrop")
    }

    private func extended(_ image: Image) throws -> Image {
        guard let extends, image.height < height || image.width < width else { return image }
        return image.padded(
            Padding(right: max(0, width - image.width), bottom: max(0, height - image.height)),
            mode: extends.mode,
            values: try image.perChannel(extends.fill, for: "CenterCrop", key: "pad_cfg.pad_val"))
    }
}
