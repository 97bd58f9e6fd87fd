public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Subtracts a mean and divides by a standard deviation, channel by channel.
///
/// Source: `Normalize` of MMClassification. The subtraction is rounded to single precision, then
/// multiplied by the reciprocal in double precision and rounded once more, as OpenCV does it.
public struct Normalize: Transform {
    private let mean: [Float]
    private let deviation: [Float]
    private let toRGB: Bool
    /// The result for each of the 256 byte values, channel after channel.
    private let table: [Float]
    private let description: DataValue

    /// Normalises with these values, in the order of channels of the result.
    ///
    /// Errors: traps where the lists differ in length.
    public init(mean: [Double], deviation: [Double], toRGB: Bool = true) {
        require(
            mean.count == deviation.count,
            "\(mean.count) means do not go with \(deviation.count) standard deviations")
        let mean = mean.map { Float($0) }
        let deviation = deviation.map { Float($0) }
        self.mean = mean
        self.deviation = deviation
        self.toRGB = toRGB
        table = zip(mean, deviation).flatMap { mean, deviation in
            (0..<256).map { Self.normalized(Float($0), mean, 1 / Double(deviation)) }
        }
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
        guard mean.count == image.channels || mean.count == 1 else {
            throw TransformError(
                "Normalize",
                "mean has \(mean.count) values, the image has \(image.channels) channels")
        }
        sample.image = normalized(image)
        sample["img_norm_cfg"] = description
    }

    /// The normalised image.
    package func normalized(_ image: Image) -> Image {
        let c = image.channels
        let swaps = toRGB && c == 3
        if c == 3, mean.count == 3, case .uint8(let values) = image.pixels {
            return image.like(
                height: image.height, width: image.width, .float32(colors(values, swaps)))
        }
        var result = [Float](repeating: 0, count: image.pixels.count)
        for channel in 0..<c {
            let source = swaps ? c - 1 - channel : channel
            let statistics = mean.count == 1 ? 0 : channel
            switch image.pixels {
            case .uint8(let values):
                var place = channel
                var from = source
                while place < result.count {
                    result[place] = table[statistics << 8 | Int(values[from])]
                    place += c
                    from += c
                }
            case .float32(let values):
                let reciprocal = 1 / Double(deviation[statistics])
                var place = channel
                var from = source
                while place < result.count {
                    result[place] = Self.normalized(values[from], mean[statistics], reciprocal)
                    place += c
                    from += c
                }
            }
        }
        return Image(
            height: image.height, width: image.width, channels: c, pixels: .float32(result))
    }

    /// All channels in one go.
    private func colors(_ values: [UInt8], _ swaps: Bool) -> [Float] {
        let (first, last) = swaps ? (2, 0) : (0, 2)
        var result = [Float](repeating: 0, count: values.count)
        var place = 0
        while place + 2 < values.count {
            result[place] = table[Int(values[place + first])]
            result[place + 1] = table[256 | Int(values[place + 1])]
            result[place + 2] = table[512 | Int(values[place + last])]
            place += 3
        }
        return result
    }

    private static func normalized(_ value: Float, _ mean: Float, _ reciprocal: Double) -> Float {
        Float(Double(value - mean) * reciprocal)
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
