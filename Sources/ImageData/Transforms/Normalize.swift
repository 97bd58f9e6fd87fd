public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Subtracts a mean and divides by a standard deviation, channel by channel.
///
/// Source: `Normalize` of MMClassification. The subtraction is rounded to single precision, then
/// multiplied by the reciprocal in double precision and rounded once more, as OpenCV does it.
public struct Normalize: Transform {
    private let normalization: ChannelNormalization
    private let toRGB: Bool
    private let description: DataValue

    /// Normalises with these values, in the order of channels of the result.
    ///
    /// Errors: traps where the lists differ in length.
    public init(mean: [Double], deviation: [Double], toRGB: Bool = true) {
        normalization = ChannelNormalization(mean: mean, deviation: deviation)
        self.toRGB = toRGB
        let (mean, deviation) = (normalization.mean, normalization.deviation)
        description = .dictionary(
            DataDictionary([
                ("mean", .array(PlainTensor(mean, shape: [mean.count]))),
                ("std", .array(PlainTensor(deviation, shape: [deviation.count]))),
                ("to_rgb", .bool(toRGB)),
            ]))
    }

    /// Reads `mean`, `std` and `to_rgb`.
    public init(from reader: inout ConfigReader) throws {
        let mean = try reader.requiredNumbers("mean")
        let deviation = try reader.requiredNumbers("std")
        guard mean.count == deviation.count else {
            throw reader.failure(
                "std", "has \(deviation.count) values, mean has \(mean.count)")
        }
        guard deviation.allSatisfy({ $0 > 0 }) else {
            throw reader.failure("std", "must be positive")
        }
        self.init(
            mean: mean, deviation: deviation, toRGB: try reader.value("to_rgb", default: true))
    }

    /// Draws nothing.
    public var isRandom: Bool { false }

    /// Normalises `img` and notes how in `img_norm_cfg`.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        let image = try sample.requiredImage(for: "Normalize")
        let count = normalization.mean.count
        guard count == image.channels || count == 1 else {
            throw TransformError(
                "Normalize",
                "mean has \(count) values, the image has \(image.channels) channels")
        }
        sample.image = normalized(image)
        sample["img_norm_cfg"] = description
    }

    /// The normalised image.
    package func normalized(_ image: Image) -> Image {
        let c = image.channels
        let swaps = toRGB && c == 3
        if c == 3, normalization.mean.count == 3, case .uint8(let values) = image.pixels {
            return image.like(
                height: image.height, width: image.width,
                .float32(normalization.colors(values, swapping: swaps)))
        }
        var result = [Float](repeating: 0, count: image.pixels.count)
        for channel in 0..<c {
            let source = swaps ? c - 1 - channel : channel
            let size = image.height * image.width
            switch image.pixels {
            case .uint8(let values):
                normalization.normalize(
                    values, from: source, into: &result, at: channel, step: c, count: size,
                    channel: channel)
            case .float32(let values):
                normalization.normalize(
                    values, from: source, into: &result, at: channel, step: c, count: size,
                    channel: channel)
            }
        }
        return Image(
            height: image.height, width: image.width, channels: c, pixels: .float32(result))
    }
}

extension ConfigReader {
    /// Reads a required number or list of numbers.
    fileprivate mutating func requiredNumbers(_ key: String) throws -> [Double] {
        guard let numbers = try numberOrList(key) else {
            return try required(key)
        }
        return numbers
    }
}
