public import ConfigCore
public import TensorCore

/// Blends every image of a batch with another one, all in the same proportion.
///
/// Source: `Mixup` of MMPretrain and `BatchMixup` of MMClassification 0.x; Zhang et al.,
/// arXiv:1710.09412.
public struct Mixup: BatchAugment {
    /// Both parameters of the beta distribution that proportions are drawn from.
    public let alpha: Double

    /// A blend whose proportions have this parameter, which is positive.
    public init(alpha: Double) { self.alpha = alpha }

    /// Reads `alpha`.
    public init(from reader: inout ConfigReader) throws {
        self.init(alpha: try reader.mixingParameter())
    }

    /// The blended images and targets.
    public func callAsFunction(
        _ images: PlainTensor, _ shares: PlainTensor, _ random: inout RandomStream
    ) throws -> (images: PlainTensor, shares: PlainTensor) {
        let share = random.beta(alpha, alpha)
        let order = random.order(of: images.shape[0])
        return (
            share * images + (1 - share) * images[rows: order],
            share * shares + (1 - share) * shares[rows: order]
        )
    }
}

extension ConfigReader {
    /// Reads `alpha`, the parameter of the distribution that proportions are drawn from.
    mutating func mixingParameter() throws -> Double {
        let alpha: Double = try required("alpha")
        guard alpha > 0, alpha.isFinite else {
            throw failure("alpha", "", expected: "a positive number")
        }
        return alpha
    }
}
