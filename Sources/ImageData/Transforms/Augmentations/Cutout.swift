import ConfigCore
import TensorCore

/// An augmentation that covers a rectangle at a random place.
///
/// Source: `Cutout` of MMClassification.
struct Cutout: Augmentation {
    let settings: AugmentationSettings
    let name = "Cutout"
    /// Height and width, where they do not depend on a level.
    private let shape: (height: Int, width: Int)?
    private let fill: [UInt8]

    init(from reader: inout ConfigReader) throws {
        fill = try reader.fill()
        if let sides = reader.node["shape"]?.list {
            guard sides.count == 2, let height = sides[0].double, let width = sides[1].double else {
                throw reader.failure("shape", "", expected: "a number, or height and width")
            }
            reader.ignore("shape")
            shape = (Int(height), Int(width))
            settings = try AugmentationSettings(from: &reader)
        } else {
            shape = nil
            settings = try AugmentationSettings(from: &reader, strengthKey: "shape")
        }
    }

    func augmented(_ image: Image, by strength: Double, _ random: inout RandomStream) throws
        -> Image
    {
        let size = shape ?? (Int(strength), Int(strength))
        let y = random.uniform(0, Double(image.height))
        let x = random.uniform(0, Double(image.width))
        let top = Int(max(0, y - Double(size.height) / 2))
        let left = Int(max(0, x - Double(size.width) / 2))
        let box = PixelBox(
            top: top, left: left, height: min(image.height - top, size.height),
            width: min(image.width - left, size.width))
        return image.covering(box, with: try image.perChannel(fill, for: name, key: "pad_val"))
    }
}
