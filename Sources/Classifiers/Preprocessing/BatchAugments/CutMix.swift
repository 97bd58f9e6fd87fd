public import ConfigCore
public import TensorCore

/// Puts a box of every image of a batch in the place of the same box of another one.
///
/// Source: `CutMix` of MMPretrain and `BatchCutMix` of MMClassification 0.x; Yun et al., arXiv:1905.04899.
public struct CutMix: BatchAugment {
    /// Both parameters of the beta distribution that proportions are drawn from.
    public let alpha: Double
    private let box: MixingBox

    /// Boxes whose proportions have this parameter, which is positive.
    public init(alpha: Double) {
        self.alpha = alpha
        box = MixingBox()
    }

    /// Reads `alpha`, `cutmix_minmax` and `correct_lam`.
    public init(from reader: inout ConfigReader) throws {
        alpha = try reader.mixingParameter()
        box = try MixingBox(from: &reader)
    }

    /// The mixed images and targets.
    public func callAsFunction(
        _ images: PlainTensor, _ shares: PlainTensor, _ random: inout RandomStream
    ) throws -> (images: PlainTensor, shares: PlainTensor) {
        let drawn = random.beta(alpha, alpha)
        let order = random.order(of: images.shape[0])
        let (height, width) = (images.shape[2], images.shape[3])
        let (place, share) = box.draw(height: height, width: width, share: drawn, &random)
        let source = images.floats
        var result = source
        let planes = images.shape[1]
        for (image, other) in order.enumerated() where image != other {
            for plane in 0..<planes {
                let (to, from) = (image * planes + plane, other * planes + plane)
                for row in place.rows {
                    for column in place.columns {
                        result[(to * height + row) * width + column] =
                            source[(from * height + row) * width + column]
                    }
                }
            }
        }
        return (
            PlainTensor(result, shape: images.shape),
            share * shares + (1 - share) * shares[rows: order]
        )
    }
}
