import ConfigCore
import TensorCore

/// An augmentation that moves pixels within the image's size.
///
/// Source: `Rotate`, `Shear` and `Translate` of MMClassification, whose bytes they give.
struct WarpAugmentation: Augmentation {
    /// How pixels are moved.
    enum Kind: String, Sendable, CaseIterable {
        case rotate = "Rotate"
        case shear = "Shear"
        case translate = "Translate"
    }

    private enum Direction: String, CaseIterable {
        case horizontal, vertical
    }

    let settings: AugmentationSettings
    private let kind: Kind
    private let fill: [UInt8]
    private let interpolation: Interpolation
    private let isVertical: Bool
    /// Where images turn about; nil means their middle.
    private let center: [Double]?
    private let scale: Double

    init(_ kind: Kind, from reader: inout ConfigReader) throws {
        self.kind = kind
        settings = try AugmentationSettings(
            from: &reader, strengthKey: kind == .rotate ? "angle" : "magnitude", isSigned: true)
        fill = try reader.fill()
        interpolation = try reader.choice(
            "interpolation", default: kind == .shear ? .bicubic : .nearest)
        guard kind == .rotate else {
            isVertical = try reader.choice("direction", default: Direction.horizontal) == .vertical
            (center, scale) = (nil, 1)
            return
        }
        isVertical = false
        center = try reader.optional("center")
        guard center?.count ?? 2 == 2 else {
            throw reader.failure("center", "", expected: "two numbers, x and y")
        }
        scale = try reader.value("scale", default: 1.0)
    }

    var name: String { kind.rawValue }

    func augmented(_ image: Image, by strength: Double, _ random: inout RandomStream) throws
        -> Image
    {
        let fill = try image.perChannel(fill, for: name, key: "pad_val")
        return image.with(
            image.warped(
                try image.bytes(for: name), by: map(of: image, strength), interpolation, fill: fill)
        )
    }

    private func map(of image: Image, _ strength: Double) -> AffineMap {
        // The original keeps all but rotations in single precision.
        let slope = Double(Float(strength))
        switch kind {
        case .rotate:
            let middle = (x: Double(image.width - 1) * 0.5, y: Double(image.height - 1) * 0.5)
            return .rotation(
                degrees: strength, about: center.map { (x: $0[0], y: $0[1]) } ?? middle,
                scale: scale)
        case .shear:
            return isVertical ? AffineMap(d: slope) : AffineMap(b: slope)
        case .translate:
            let length = Double(isVertical ? image.height : image.width)
            let offset = Double(Float(strength * length))
            return isVertical ? AffineMap(f: offset) : AffineMap(c: offset)
        }
    }
}
