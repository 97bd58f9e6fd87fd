import ConfigCore
import TensorCore

/// An augmentation that makes colours stronger or weaker.
///
/// Source: `ColorTransform` of MMClassification.
struct ColorTransform: Augmentation {
    let settings: AugmentationSettings
    let name = "ColorTransform"

    init(from reader: inout ConfigReader) throws {
        settings = try AugmentationSettings(
            from: &reader, strengthKey: "magnitude", isSigned: true)
    }

    init(_ settings: AugmentationSettings) { self.settings = settings }

    func augmented(_ image: Image, by strength: Double, _ random: inout RandomStream) throws
        -> Image
    {
        let values = try image.bytes(for: name)
        guard image.channels == 3 else { return image }
        let grey = image.greyLevels(of: values).tripled
        return image.with(Blending(part: 1 + strength).bytes(values, grey))
    }
}
