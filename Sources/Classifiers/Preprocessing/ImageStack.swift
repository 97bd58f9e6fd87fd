import ConfigCore
import TensorCore
import TrainingInterfaces

/// Makes one array of a batch's images: channels in order, values normalised, sizes padded to one.
///
/// Source: `ImgDataPreprocessor` and `stack_batch` of MMEngine.
struct ImageStack: Sendable {
    /// Which images have their first and third channel exchanged.
    enum ChannelSwap: Sendable {
        case none
        /// Those with three channels.
        case colorImages
        /// All, which must have three channels.
        case all
    }

    /// What is subtracted and divided by; nil leaves values as they are.
    var normalization: ChannelNormalization?
    /// Which channels change places.
    var swap = ChannelSwap.none
    /// What heights and widths are padded to multiples of, at their end.
    var sizeDivisor = 1
    /// What padding holds, after normalisation.
    var paddingValue: Float = 0

    init() {}

    /// Reads `mean`, `std`, `pad_size_divisor` and `pad_value`.
    init(from reader: inout ConfigReader) throws {
        let mean = try Self.numbers("mean", &reader)
        let deviation = try Self.numbers("std", &reader)
        guard (mean == nil) == (deviation == nil) else {
            throw reader.failure(
                mean == nil ? "std" : "mean", "given without \(mean == nil ? "mean" : "std")",
                remedy: "give both or none")
        }
        if let mean, let deviation {
            guard mean.count == deviation.count else {
                throw reader.failure(
                    "std", "has \(deviation.count) values, mean has \(mean.count)")
            }
            guard deviation.allSatisfy({ $0 > 0 }) else {
                throw reader.failure("std", "must be positive")
            }
            normalization = ChannelNormalization(mean: mean, deviation: deviation)
        }
        sizeDivisor = try reader.positive("pad_size_divisor", default: 1)
        paddingValue = Float(try reader.value("pad_value", default: 0.0))
    }

    private static func numbers(_ key: String, _ reader: inout ConfigReader) throws -> [Double]? {
        guard let node: ConfigNode = try reader.optional(key) else { return nil }
        if let number = node.double { return [number] }
        return try reader.required(key)
    }

    /// The array of a batch's images.
    ///
    /// Shape: `images` is an array `[N, C, H, W]` or a list of arrays `[C, H, W]`, whose heights and
    /// widths may differ; the result is `[N, C, H, W]`.
    func callAsFunction(_ images: DataValue) throws -> PlainTensor {
        let planes = try planes(images)
        guard let first = planes.first else { throw BatchError("batch: there are no images") }
        let channels = first.channels
        for image in planes where image.channels != channels {
            throw BatchError(
                "batch: an image has \(image.channels) channels, the first one \(channels)")
        }
        if let given = normalization?.mean.count, given != 1, given != channels {
            throw BatchError(
                "data_preprocessor: mean has \(given) values, the images have \(channels) channels")
        }
        guard swap != .all || channels == 3 else {
            throw BatchError(
                "data_preprocessor: only images with 3 channels have colors to exchange, these have "
                    + "\(channels)")
        }
        func padded(_ size: Int) -> Int { (size + sizeDivisor - 1) / sizeDivisor * sizeDivisor }
        let height = padded(planes.reduce(0) { max($0, $1.height) })
        let width = padded(planes.reduce(0) { max($0, $1.width) })
        let size = channels * height * width
        var result = [Float](repeating: paddingValue, count: planes.count * size)
        for (place, image) in planes.enumerated() {
            try write(image, into: &result, at: place * size, height: height, width: width)
        }
        return PlainTensor(result, shape: [planes.count, channels, height, width])
    }

    /// An image somewhere in an array.
    private struct Planes {
        let elements: PlainTensor.Elements
        let start: Int
        let channels: Int
        let height: Int
        let width: Int
    }

    private func planes(_ images: DataValue) throws -> [Planes] {
        switch images {
        case .array(let array):
            guard array.shape.count == 4 else {
                throw BatchError(
                    "batch: \"inputs\" has the shape \(array.shape), expected [N, C, H, W]")
            }
            let shape = array.shape
            return (0..<shape[0]).map {
                Planes(
                    elements: array.elements, start: $0 * shape[1] * shape[2] * shape[3],
                    channels: shape[1], height: shape[2], width: shape[3])
            }
        case .list(let parts), .tuple(let parts):
            return try parts.map { part in
                guard case .array(let array) = part, array.shape.count == 3 else {
                    throw BatchError(
                        "batch: \"inputs\" is a list, expected arrays [C, H, W] in it")
                }
                return Planes(
                    elements: array.elements, start: 0, channels: array.shape[0],
                    height: array.shape[1], width: array.shape[2])
            }
        default:
            throw BatchError("batch: \"inputs\" is neither an array nor a list of arrays")
        }
    }

    private func write(
        _ image: Planes, into result: inout [Float], at start: Int, height: Int, width: Int
    ) throws {
        let swaps = swap != .none && image.channels == 3
        // A mean of 0 and a deviation of 1 leave numbers as they are.
        let normalization = normalization ?? Self.identity
        // Rows that keep their width lie together, as one.
        let (rows, length) =
            image.width == width
            ? (1, image.height * image.width) : (image.height, image.width)
        for channel in 0..<image.channels {
            let source = swaps ? image.channels - 1 - channel : channel
            for row in 0..<rows {
                let from = image.start + (source * rows + row) * length
                let place = start + channel * height * width + row * width
                switch image.elements {
                case .uint8(let values):
                    normalization.normalize(
                        values, from: from, into: &result, at: place, step: 1, count: length,
                        channel: channel)
                case .float32(let values):
                    normalization.normalize(
                        values, from: from, into: &result, at: place, step: 1, count: length,
                        channel: channel)
                case .int64:
                    throw BatchError("batch: \"inputs\" holds integers, expected bytes or numbers")
                }
            }
        }
    }

    private static let identity = ChannelNormalization(mean: [0], deviation: [1])
}
