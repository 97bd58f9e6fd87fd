import ConfigCore
import TensorCore

/// An augmentation that sharpens or blurs.
///
/// Source: `Sharpness` of MMClassification.
struct Sharpness: Augmentation {
    let settings: AugmentationSettings
    let name = "Sharpness"

    init(from reader: inout ConfigReader) throws {
        settings = try AugmentationSettings(
            from: &reader, strengthKey: "magnitude", isSigned: true)
    }

    func augmented(_ image: Image, by strength: Double, _ random: inout RandomStream) throws
        -> Image
    {
        let values = try image.bytes(for: name)
        return image.with(Blending(part: 1 + strength).cut(values, image.smoothed(values)))
    }
}
