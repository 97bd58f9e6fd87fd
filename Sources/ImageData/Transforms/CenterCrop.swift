public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Cuts the middle out of an image.
///
/// Source: `CenterCrop` of MMClassification. A side that is smaller than the crop stays whole.
public struct CenterCrop: Transform {
    private let height: Int
    private let width: Int
    /// For EfficientNet's form: the crop is enlarged by these margins, then resized.
    private let margin: Int?
    private let interpolation: Interpolation

    /// Reads `crop_size`, `efficientnet_style`, `crop_padding`, `interpolation` and `backend`.
    public init(from reader: inout ConfigReader) throws {
        let size = try reader.size("crop_size")
        guard size.height > 0, size.width > 0 else {
            throw reader.failure("crop_size", "must be positive")
        }
        (height, width) = size
        let isEfficientNetStyle = try reader.value("efficientnet_style", default: false)
        let margin = try reader.value("crop_padding", default: 32)
        interpolation = try reader.choice("interpolation", default: .bilinear)
        try reader.checkImageBackend()
        guard isEfficientNetStyle else {
            self.margin = nil
            return
        }
        guard reader.node["crop_size"]?.int != nil else {
            throw reader.failure("crop_size", "must be an integer with efficientnet_style")
        }
        guard margin >= 0 else { throw reader.failure("crop_padding", "must be 0 or more") }
        self.margin = margin
    }

    /// Draws nothing.
    public var isRandom: Bool { false }

    /// Cuts `img` and notes its shape.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        let image = crop(try sample.requiredImage(for: "CenterCrop"))
        sample.image = image
        sample.noteShape(of: image)
    }

    private func crop(_ image: Image) -> Image {
        guard let margin else {
            return cut(image, height: Double(height), width: Double(width))
        }
        let short = Double(min(image.height, image.width))
        let part = Double(height) / Double(height + margin) * short
        return cut(image, height: part, width: part)
            .resized(height: height, width: width, by: interpolation)
    }

    private func cut(_ image: Image, height: Double, width: Double) -> Image {
        func range(_ length: Int, _ part: Double) -> (start: Int, count: Int) {
            let start = max(0, Int(((Double(length) - part) / 2).rounded(.toNearestOrEven)))
            // The last pixel's place is cut to an integer, as the original does with a fraction.
            let last = Int(min(Double(length), Double(start) + part) - 1)
            return (start, max(1, min(last, length - 1) - start + 1))
        }
        let rows = range(image.height, height)
        let columns = range(image.width, width)
        return image.cropped(
            top: rows.start, left: columns.start, height: rows.count, width: columns.count)
    }
}
