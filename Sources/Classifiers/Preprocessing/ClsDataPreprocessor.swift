public import ConfigCore
public import NeuralNet
public import TensorCore
public import TrainingInterfaces

/// Brings packed samples into the form that classifiers take: normalised images under `img`, and what
/// is known about them beside it.
///
/// The arithmetic is that of `Normalize`, so that the place where it happens changes no bit.
/// Source: `ClsDataPreprocessor` of MMPretrain.
public struct ClsDataPreprocessor: DataPreprocessor {
    private let normalization: ChannelNormalization?
    private let toRGB: Bool

    /// A preprocessor that normalises with these values, or not at all.
    public init(normalization: ChannelNormalization? = nil, toRGB: Bool = false) {
        self.normalization = normalization
        self.toRGB = toRGB
    }

    /// Reads `mean`, `std` and `to_rgb`; `num_classes` is known from the head.
    public init(from reader: inout ConfigReader) throws {
        reader.ignore("num_classes", "non_blocking")
        let mean = try Self.numbers("mean", &reader)
        let deviation = try Self.numbers("std", &reader)
        guard (mean == nil) == (deviation == nil) else {
            throw reader.failure(
                mean == nil ? "std" : "mean", "given without \(mean == nil ? "mean" : "std")",
                remedy: "give both or none")
        }
        for (key, none) in [("pad_size_divisor", 1), ("pad_value", 0)] {
            guard try reader.value(key, default: none) == none else {
                throw reader.notSupportedYet(key)
            }
        }
        guard try !reader.value("to_onehot", default: false) else {
            throw reader.notSupportedYet("to_onehot")
        }
        if let augments = reader.node("batch_augments"), !augments.isNull {
            throw reader.notSupportedYet("batch_augments")
        }
        toRGB = try reader.value("to_rgb", default: false)
        normalization = try Self.both(mean, deviation).map { mean, deviation in
            guard mean.count == deviation.count else {
                throw reader.failure(
                    "std", "has \(deviation.count) values, mean has \(mean.count)")
            }
            guard deviation.allSatisfy({ $0 > 0 }) else {
                throw reader.failure("std", "must be positive")
            }
            return ChannelNormalization(mean: mean, deviation: deviation)
        }
    }

    private static func both<A, B>(_ a: A?, _ b: B?) -> (A, B)? {
        if let a, let b { (a, b) } else { nil }
    }

    private static func numbers(_ key: String, _ reader: inout ConfigReader) throws -> [Double]? {
        guard let node: ConfigNode = try reader.optional(key) else { return nil }
        if let number = node.double { return [number] }
        return try reader.required(key)
    }

    /// The batch with normalised images under `img` and the labels under `gt_label`.
    public func callAsFunction(_ batch: Batch, _ context: ForwardContext) throws -> Batch {
        guard case .dictionary(let fields) = batch.value,
            case .array(let images) = fields["inputs"] ?? fields["img"]
        else {
            throw BatchError(
                "batch: there is no \"inputs\"; the pipeline needs PackInputs at its end")
        }
        guard images.shape.count == 4 else {
            throw BatchError(
                "batch: \"inputs\" has the shape \(images.shape), expected [N, C, H, W]")
        }
        var result = fields
        if case .dictionary(let samples) = fields["data_samples"] {
            for (key, value) in samples.entries { result[key] = value }
        }
        (result["inputs"], result["data_samples"]) = (nil, nil)
        result["img"] = .array(try normalized(images))
        return Batch(.dictionary(result), sampleCount: batch.sampleCount)
    }

    private func normalized(_ images: PlainTensor) throws -> PlainTensor {
        let (count, channels) = (images.shape[0], images.shape[1])
        let size = images.shape[2] * images.shape[3]
        if let given = normalization?.mean.count, given != 1, given != channels {
            throw BatchError(
                "data_preprocessor: mean has \(given) values, the images have \(channels) channels")
        }
        let swaps = toRGB && channels == 3
        // A mean of 0 and a deviation of 1 leave numbers as they are.
        let normalization = normalization ?? ChannelNormalization(mean: [0], deviation: [1])
        var result = [Float](repeating: 0, count: images.elements.count)
        for image in 0..<count {
            for channel in 0..<channels {
                let from = (image * channels + (swaps ? channels - 1 - channel : channel)) * size
                let place = (image * channels + channel) * size
                switch images.elements {
                case .uint8(let values):
                    normalization.normalize(
                        values, from: from, into: &result, at: place, step: 1, count: size,
                        channel: channel)
                case .float32(let values):
                    normalization.normalize(
                        values, from: from, into: &result, at: place, step: 1, count: size,
                        channel: channel)
                case .int64:
                    throw BatchError("batch: \"inputs\" holds integers, expected bytes or numbers")
                }
            }
        }
        return PlainTensor(result, shape: images.shape)
    }
}
