public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Cuts a part of fixed size out of an image at a random place, after extending it where asked to.
///
/// Source: `RandomCrop` of MMClassification. As there, `padding` always fills with `pad_val` (its
/// `padding_mode` governs `pad_if_needed` only), and `img_shape` is left alone; unlike there, one
/// number as `pad_val` fills all channels.
public struct RandomCrop: Transform {
    private let height: Int
    private let width: Int
    private let padding: Padding?
    private let padIfNeeded: Bool
    private let padValues: [Double]
    private let paddingMode: PaddingMode
    /// MMPretrain pads half of what is missing at each side, and cuts what there is of small images.
    private let isNewStyle: Bool

    /// Cuts squares of a side length, after extending the image by `padding` zeros at every side.
    public init(size: Int, padding: Int = 0) {
        require(size > 0 && padding >= 0, "a crop of \(size) with padding \(padding)")
        height = size
        width = size
        self.padding =
            padding == 0
            ? nil : Padding(left: padding, top: padding, right: padding, bottom: padding)
        padIfNeeded = false
        padValues = [0]
        paddingMode = .constant
        isNewStyle = false
    }

    /// Reads `size` (MMPretrain: `crop_size`), `padding`, `pad_if_needed`, `pad_val` and `padding_mode`.
    public init(from reader: inout ConfigReader) throws {
        isNewStyle = reader.has("crop_size")
        let key = isNewStyle ? "crop_size" : "size"
        let size = try reader.size(key)
        guard size.height > 0, size.width > 0 else {
            throw reader.failure(key, "must be positive")
        }
        height = size.height
        width = size.width
        padding = try reader.padding("padding")
        padIfNeeded = try reader.value("pad_if_needed", default: false)
        padValues = try reader.numberOrList("pad_val") ?? [0]
        paddingMode = try reader.choice("padding_mode", default: .constant)
    }

    /// Draws where to cut.
    public var isRandom: Bool { true }

    /// Extends and cuts `img`.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        let image = try prepared(try sample.requiredImage(for: "RandomCrop"))
        let place = try parameters(for: image, random: &random)
        let part = crop(image, top: place.top, left: place.left)
        sample.image = part
        if isNewStyle { sample.noteShape(of: part) }
    }

    /// The image with its padding.
    package func prepared(_ image: Image) throws -> Image {
        guard padValues.count == 1 || padValues.count == image.channels else {
            throw TransformError(
                "RandomCrop",
                "pad_val has \(padValues.count) values for an image of \(image.channels) channels")
        }
        let values =
            padValues.count == image.channels
            ? padValues : [Double](repeating: padValues[0], count: image.channels)
        var image = image
        if let padding { image = image.padded(padding, mode: .constant, values: values) }
        guard padIfNeeded else { return image }
        // The legacy style pads all that is missing at both sides.
        func missing(_ wanted: Int, _ present: Int) -> Int {
            isNewStyle ? (max(0, wanted - present) + 1) / 2 : max(0, wanted - present)
        }
        let rows = missing(height, image.height)
        if rows > 0 {
            image = image.padded(
                Padding(top: rows, bottom: rows), mode: paddingMode, values: values)
        }
        let columns = missing(width, image.width)
        if columns > 0 {
            image = image.padded(
                Padding(left: columns, right: columns), mode: paddingMode, values: values)
        }
        return image
    }

    /// Draws the first row and column of the part; nothing is drawn where only one place is possible.
    package func parameters(for image: Image, random: inout RandomStream) throws
        -> (top: Int, left: Int)
    {
        guard isNewStyle || image.height >= height && image.width >= width else {
            throw TransformError(
                "RandomCrop",
                "the image of \(image.height)x\(image.width) is smaller than the crop of "
                    + "\(height)x\(width); set padding or pad_if_needed")
        }
        if image.height == height, image.width == width { return (0, 0) }
        let top = random.integer(in: 0...max(0, image.height - height))
        return (top, random.integer(in: 0...max(0, image.width - width)))
    }

    /// Cuts the part that begins at a row and column.
    package func crop(_ image: Image, top: Int, left: Int) -> Image {
        image.cropped(
            top: top, left: left, height: min(height, image.height), width: min(width, image.width))
    }
}
