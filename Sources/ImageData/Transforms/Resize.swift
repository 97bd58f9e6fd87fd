public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Brings images to a size.
///
/// Source: `Resize` of MMClassification (`size`, height and width) and of MMCV 2 (`scale`, width and
/// height), and `ResizeEdge` of MMPretrain, with OpenCV or Pillow, whose pixels it gives.
public struct Resize: Transform {
    /// Which side of an image a single length is for.
    enum Edge: String, CaseIterable {
        case short, long, height, width
    }

    private enum Target {
        case fixed(height: Int, width: Int)
        case edge(Edge, length: Int)
        /// As large as fits, at the image's own shape.
        case within(long: Int, short: Int)
        case factor(width: Double, height: Double)
    }

    private let target: Target
    private let resizer: Resizer

    /// Reads `interpolation`, `backend` and either `size` and `adaptive_side`, or `scale`, `scale_factor`
    /// and `keep_ratio`.
    public init(from reader: inout ConfigReader) throws {
        if reader.has("scale") || reader.has("scale_factor") {
            target = try Self.newStyleTarget(from: &reader)
        } else {
            target = try Self.legacyTarget(from: &reader)
        }
        resizer = try Resizer(from: &reader)
    }

    /// Reads `scale`, `edge`, `interpolation` and `backend` of a `ResizeEdge`.
    public init(edgeFrom reader: inout ConfigReader) throws {
        let length: Int = try reader.required("scale")
        guard length > 0 else { throw reader.failure("scale", "must be positive") }
        target = .edge(try reader.choice("edge", default: .short), length: length)
        resizer = try Resizer(from: &reader)
    }

    private static func legacyTarget(from reader: inout ConfigReader) throws -> Target {
        let size = try reader.size("size")
        let side: Edge = try reader.choice("adaptive_side", default: .short)
        guard size.height > 0, size.width > 0 || size.width == -1 else {
            throw reader.failure("size", "must be positive; only the second number may be -1")
        }
        return size.width == -1
            ? .edge(side, length: size.height) : .fixed(height: size.height, width: size.width)
    }

    private static func newStyleTarget(from reader: inout ConfigReader) throws -> Target {
        reader.ignore("clip_object_border")
        let keepsRatio = try reader.value("keep_ratio", default: false)
        guard let scale = reader.node["scale"], !scale.isNull else {
            reader.ignore("scale")
            let factors = try reader.numberOrList("scale_factor") ?? []
            guard factors.count == 1 || factors.count == 2, factors.allSatisfy({ $0 > 0 }) else {
                throw reader.failure("scale_factor", "", expected: "one or two positive numbers")
            }
            return .factor(width: factors[0], height: factors.last ?? factors[0])
        }
        let size = try reader.pairSize("scale", .new)
        guard size.height > 0, size.width > 0 else {
            throw reader.failure("scale", "must be positive")
        }
        reader.ignore("scale_factor")
        return keepsRatio
            ? .within(long: max(size.height, size.width), short: min(size.height, size.width))
            : .fixed(height: size.height, width: size.width)
    }

    /// Draws nothing.
    public var isRandom: Bool { false }

    /// Resizes `img`; an image whose chosen side fits already is left alone.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        let image = try sample.requiredImage(for: "Resize")
        guard let size = try newSize(of: image) else { return }
        let resized = try resizer.resized(
            image, height: size.height, width: size.width, for: "Resize")
        sample.image = resized
        sample.noteShape(of: resized)
    }

    private func newSize(of image: Image) throws -> (height: Int, width: Int)? {
        let (h, w) = (image.height, image.width)
        guard h > 0, w > 0 else { throw TransformError("Resize", "the image is empty") }
        let size: (height: Int, width: Int)
        switch target {
        case .fixed(let height, let width): size = (height, width)
        case .edge(let edge, let length):
            guard let found = Self.size(of: image, edge, length) else { return nil }
            size = found
        case .within(let long, let short):
            let factor = min(Double(long) / Double(max(h, w)), Double(short) / Double(min(h, w)))
            size = (Int(Double(h) * factor + 0.5), Int(Double(w) * factor + 0.5))
        case .factor(let width, let height):
            size = (Int(Double(h) * height + 0.5), Int(Double(w) * width + 0.5))
        }
        guard size.height > 0, size.width > 0 else {
            throw TransformError("Resize", "an image of \(h)x\(w) would become empty")
        }
        return size
    }

    /// The size at which an edge has a length; nil where it has.
    private static func size(of image: Image, _ edge: Edge, _ length: Int) -> (
        height: Int, width: Int
    )? {
        let (h, w) = (image.height, image.width)
        let setsWidth: Bool
        switch edge {
        case .short: setsWidth = w < h
        case .long: setsWidth = w > h
        case .height: setsWidth = false
        case .width: setsWidth = true
        }
        if (setsWidth ? w : h) == length { return nil }
        // As in Python, `length * other / side` is a true division, cut to an integer.
        return setsWidth
            ? (Int(Double(length * h) / Double(w)), length)
            : (length, Int(Double(length * w) / Double(h)))
    }
}
