public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Takes the colours out of an image, with a given probability.
///
/// Source: `RandomGrayscale` of MMClassification (`gray_prob`), which weighs the channels as if red came
/// first, and of MMCV 2 (`prob`), which weighs them by `channel_weights`.
public struct RandomGrayscale: Transform {
    private let probability: Double
    /// The new style's weights, as parts of 1.
    private let weights: [Double]?
    private let keepsChannels: Bool

    /// Reads `gray_prob`, or `prob`, `keep_channels`, `channel_weights` and `color_format`.
    public init(from reader: inout ConfigReader) throws {
        let keys = ["prob", "keep_channels", "channel_weights", "color_format"]
        guard keys.contains(where: reader.has) else {
            probability = try reader.probability("gray_prob", default: 0.1)
            (weights, keepsChannels) = (nil, true)
            return
        }
        probability = try reader.probability("prob", default: 0.1)
        keepsChannels = try reader.value("keep_channels", default: false)
        let numbers = try reader.value("channel_weights", default: [1.0, 1, 1])
        let sum = numbers.reduce(0, +)
        guard numbers.count == 3, sum > 0 else {
            throw reader.failure(
                "channel_weights", "", expected: "three numbers with a positive sum")
        }
        weights = numbers.map { $0 / sum }
        guard try reader.value("color_format", default: "bgr") != "hsv" else {
            throw reader.failure("color_format", "", expected: "\"bgr\" or \"rgb\"")
        }
    }

    /// Draws whether to take the colours out.
    public var isRandom: Bool { true }

    /// Makes all channels of `img` the same, or leaves them.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        guard random.uniform() < probability else { return }
        let image = try sample.requiredImage(for: "RandomGrayscale")
        guard image.channels == 3 else { return }
        let values = try image.bytes(for: "RandomGrayscale")
        let grey = weights.map { weighted(values, $0) } ?? image.greyLevelsOfSwapped(values)
        guard keepsChannels else {
            sample.image = Image(
                height: image.height, width: image.width, channels: 1, pixels: .uint8(grey))
            return
        }
        sample.image = image.with(grey.tripled)
    }

    private func weighted(_ values: [UInt8], _ weights: [Double]) -> [UInt8] {
        (0..<(values.count / 3)).map { place in
            let (first, second) = (
                weights[0] * Double(values[3 * place]), weights[1] * Double(values[3 * place + 1])
            )
            return UInt8(first + second + weights[2] * Double(values[3 * place + 2]))
        }
    }
}

extension [UInt8] {
    /// Every value three times.
    var tripled: [UInt8] {
        var result = [UInt8](repeating: 0, count: 3 * count)
        for place in indices {
            result[3 * place] = self[place]
            result[3 * place + 1] = self[place]
            result[3 * place + 2] = self[place]
        }
        return result
    }
}
