/// Subtracts a mean and divides by a standard deviation, channel by channel.
///
/// Source: OpenCV's arithmetic, which the original's `imnormalize` uses: the subtraction is rounded to
/// single precision, then multiplied by the reciprocal in double precision and rounded once more. Data
/// pipelines and models' preprocessors both go by it, so that it does not matter where it happens.
public struct ChannelNormalization: Sendable {
    /// One value for all channels, or one a channel of the result.
    public let mean: [Float]
    /// The standard deviations.
    public let deviation: [Float]
    /// The result for each of the 256 byte values, channel after channel.
    private let table: [Float]

    /// Normalises with these values.
    ///
    /// Errors: traps where the lists differ in length.
    public init(mean: [Double], deviation: [Double]) {
        require(
            mean.count == deviation.count,
            "\(mean.count) means do not go with \(deviation.count) standard deviations")
        self.mean = mean.map { Float($0) }
        self.deviation = deviation.map { Float($0) }
        table = zip(self.mean, self.deviation).flatMap { mean, deviation in
            (0..<256).map { Self.normalized(Float($0), mean, 1 / Double(deviation)) }
        }
    }

    /// Normalises the bytes `source[from]`, `source[from + step]`, … of a channel into `result`.
    public func normalize(
        _ source: [UInt8], from: Int, into result: inout [Float], at place: Int, step: Int,
        count: Int, channel: Int
    ) {
        let row = (mean.count == 1 ? 0 : channel) << 8
        for number in 0..<count {
            result[place + number * step] = table[row | Int(source[from + number * step])]
        }
    }

    /// Normalises numbers of a channel in the same way.
    public func normalize(
        _ source: [Float], from: Int, into result: inout [Float], at place: Int, step: Int,
        count: Int, channel: Int
    ) {
        let row = mean.count == 1 ? 0 : channel
        let (mean, reciprocal) = (mean[row], 1 / Double(deviation[row]))
        for number in 0..<count {
            result[place + number * step] = Self.normalized(
                source[from + number * step], mean, reciprocal)
        }
    }

    /// The bytes of pixels of three channels normalised, on request with the first and third channel in each
    /// other's place.
    ///
    /// It needs a value for each of the channels.
    public func colors(_ values: [UInt8], swapping swaps: Bool) -> [Float] {
        let (first, last) = swaps ? (2, 0) : (0, 2)
        require(
            table.count == 768 && values.count % 3 == 0,
            "\(values.count) bytes are no pixels of three channels with \(mean.count) means")
        return unsafe [Float](unsafeUninitializedCapacity: values.count) { result, filled in
            unsafe table.withUnsafeBufferPointer { table in
                unsafe values.withUnsafeBufferPointer { values in
                    var place = 0
                    while place < values.count {
                        unsafe result[place] = table[Int(values[place + first])]
                        unsafe result[place + 1] = table[256 | Int(values[place + 1])]
                        unsafe result[place + 2] = table[512 | Int(values[place + last])]
                        place += 3
                    }
                }
            }
            filled = values.count
        }
    }

    private static func normalized(_ value: Float, _ mean: Float, _ reciprocal: Double) -> Float {
        Float(Double(value - mean) * reciprocal)
    }
}
