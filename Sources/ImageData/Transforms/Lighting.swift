public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Adds a random colour along the principal components of colours to all pixels; fractions result.
///
/// Source: `Lighting` of MMClassification (AlexNet's jitter); MMPretrain's cuts the result to bytes.
public struct Lighting: Transform {
    private let values: [Double]
    private let vectors: [[Double]]
    private let deviation: Double
    private let toRGB: Bool
    private let style: PipelineStyle

    /// Reads `eigval`, `eigvec`, `alphastd` and `to_rgb`.
    public init(from reader: inout ConfigReader, _ style: PipelineStyle = .legacy) throws {
        values = try reader.required("eigval")
        vectors = try reader.required("eigvec")
        let count = values.count
        guard vectors.count == 3, vectors.allSatisfy({ $0.count == count }) else {
            throw reader.failure("eigvec", "must have 3 rows as long as eigval, \(count)")
        }
        deviation = try reader.value("alphastd", default: 0.1)
        guard deviation >= 0 else { throw reader.failure("alphastd", "must be 0 or more") }
        toRGB = try reader.value("to_rgb", default: style == .legacy)
        self.style = style
    }

    /// Draws the colour.
    public var isRandom: Bool { true }

    /// Adds the colour to `img`.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        let image = try sample.requiredImage(for: "Lighting")
        guard image.channels == 3 else {
            throw TransformError(
                "Lighting", "the image has \(image.channels) channels, not 3")
        }
        let parts = values.map { _ in random.normal(mean: 0, deviation: deviation) }
        let color = vectors.map { vector in
            values.indices.reduce(0.0) { $0 + vector[$1] * parts[$1] * values[$1] }
        }
        sample.image = lit(image, color)
    }

    private func lit(_ image: Image, _ color: [Double]) -> Image {
        guard case .float32(var pixels) = image.asFloat32.pixels else { return image }
        for place in stride(from: 0, to: pixels.count, by: 3) {
            let first = pixels[place + (toRGB ? 2 : 0)]
            let last = pixels[place + (toRGB ? 0 : 2)]
            pixels[place] = Float(Double(first) + color[0])
            pixels[place + 1] = Float(Double(pixels[place + 1]) + color[1])
            pixels[place + 2] = Float(Double(last) + color[2])
        }
        guard style == .new, case .uint8 = image.pixels else {
            return image.like(height: image.height, width: image.width, .float32(pixels))
        }
        return image.with(pixels.map { UInt8(truncatingIfNeeded: Int($0)) })
    }
}
