public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Brings images to a size.
///
/// Source: `Resize` of MMClassification with OpenCV, whose pixels it gives.
public struct Resize: Transform {
    /// Which side of an image a single length is for.
    enum AdaptiveSide: String, CaseIterable {
        case short, long, height, width
    }

    private enum Target {
        case fixed(height: Int, width: Int)
        case adaptive(side: AdaptiveSide, length: Int)
    }

    private let target: Target
    private let interpolation: Interpolation

    /// Reads `size`, `interpolation`, `adaptive_side` and `backend`.
    public init(from reader: inout ConfigReader) throws {
        let size = try reader.size("size")
        let side: AdaptiveSide = try reader.choice("adaptive_side", default: .short)
        interpolation = try reader.choice("interpolation", default: .bilinear)
        try reader.checkImageBackend()
        guard size.height > 0, size.width > 0 || size.width == -1 else {
            throw reader.failure("size", "must be positive; only the second number may be -1")
        }
        target =
            size.width == -1
            ? .adaptive(side: side, length: size.height)
            : .fixed(height: size.height, width: size.width)
    }

    /// Draws nothing.
    public var isRandom: Bool { false }

    /// Resizes `img`; an image whose chosen side fits already is left alone.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        let image = try sample.requiredImage(for: "Resize")
        guard let size = try newSize(of: image) else { return }
        let resized = image.resized(height: size.height, width: size.width, by: interpolation)
        sample.image = resized
        sample.noteShape(of: resized)
    }

    private func newSize(of image: Image) throws -> (height: Int, width: Int)? {
        let (h, w) = (image.height, image.width)
        guard h > 0, w > 0 else { throw TransformError("Resize", "the image is empty") }
        guard case .adaptive(let side, let length) = target else {
            guard case .fixed(let height, let width) = target else { return nil }
            return (height, width)
        }
        let setsWidth: Bool
        switch side {
        case .short: setsWidth = w < h
        case .long: setsWidth = w > h
        case .height: setsWidth = false
        case .width: setsWidth = true
        }
        if (setsWidth ? w : h) == length { return nil }
        // As in Python, `length * other / side` is a true division, cut to an integer.
        let other =
            setsWidth
            ? Int(Double(length * h) / Double(w)) : Int(Double(length * w) / Double(h))
        guard other > 0 else {
            throw TransformError("Resize", "an image of \(h)x\(w) would become empty")
        }
        return setsWidth ? (other, length) : (length, other)
    }
}
