public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Extends images at the right and the bottom.
///
/// Source: `Pad` of MMClassification (`size` is height and width) and, with `size_divisor` or in a
/// new-style pipeline (`size` is width and height), of MMCV 2. As there, one number as `pad_val` of a
/// legacy pipeline fills the first channel alone, the others with 0.
public struct Pad: Transform {
    private enum Target {
        case fixed(height: Int, width: Int)
        case square
        case multiple(of: Int)
        /// A square whose side is a multiple.
        case squareMultiple(of: Int)
    }

    private let target: Target
    private let fill: [Double]
    private let mode: PaddingMode

    /// Reads `size`, `pad_to_square`, `size_divisor`, `pad_val` and `padding_mode`.
    public init(from reader: inout ConfigReader, _ style: PipelineStyle = .legacy) throws {
        let isSquare = try reader.value("pad_to_square", default: false)
        let divisor: Int? = try reader.optional("size_divisor")
        let isSized = reader.node["size"].map { !$0.isNull } ?? false
        if let divisor, divisor <= 0 { throw reader.failure("size_divisor", "must be positive") }
        switch (isSized, isSquare, divisor) {
        case (true, false, nil):
            let size = try reader.pairSize("size", style)
            guard size.height > 0, size.width > 0 else {
                throw reader.failure("size", "must be positive")
            }
            target = .fixed(height: size.height, width: size.width)
        case (false, true, nil): target = .square
        case (false, true, let divisor?): target = .squareMultiple(of: divisor)
        case (false, false, let divisor?): target = .multiple(of: divisor)
        default:
            throw reader.failure(nil, "give one of size, size_divisor and pad_to_square")
        }
        reader.ignore("size")
        let isNewStyle = style == .new || divisor != nil || reader.node["pad_val"]?.mapping != nil
        let fill = try Self.fill(from: &reader)
        self.fill = fill.count == 1 && !isNewStyle ? [fill[0], 0, 0] : fill
        mode = try reader.choice("padding_mode", default: .constant)
    }

    /// MMCV 2 keeps values for images and for segmentation maps, of which there are none here.
    private static func fill(from reader: inout ConfigReader) throws -> [Double] {
        guard reader.node["pad_val"]?.mapping != nil else {
            return try reader.numberOrList("pad_val") ?? [0]
        }
        return try reader.nested("pad_val") { values in
            values.ignore("seg")
            return try values.numberOrList("img") ?? [0]
        } ?? [0]
    }

    /// Draws nothing.
    public var isRandom: Bool { false }

    /// Extends `img` and notes its shape.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        let image = try sample.requiredImage(for: "Pad")
        let size = size(for: image)
        let padded = image.padded(
            Padding(
                right: max(0, size.width - image.width), bottom: max(0, size.height - image.height)),
            mode: mode,
            values: image.channels == 1
                ? [fill[0]] : try image.perChannel(fill, for: "Pad", key: "pad_val"))
        sample.image = padded
        sample.noteShape(of: padded)
    }

    private func size(for image: Image) -> (height: Int, width: Int) {
        func multiple(_ length: Int, _ divisor: Int) -> Int {
            (length + divisor - 1) / divisor * divisor
        }
        let side = max(image.height, image.width)
        switch target {
        case .fixed(let height, let width): return (height, width)
        case .square: return (side, side)
        case .multiple(let divisor):
            return (multiple(image.height, divisor), multiple(image.width, divisor))
        case .squareMultiple(let divisor):
            return (multiple(side, divisor), multiple(side, divisor))
        }
    }
}
