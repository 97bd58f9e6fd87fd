public import ConfigCore
public import TensorCore

/// Shrinks every image of a batch into a box of another one.
///
/// Source: `ResizeMix` of MMPretrain and `BatchResizeMix` of MMClassification 0.x; Qin et al.,
/// arXiv:2012.11101.
public struct ResizeMix: BatchAugment {
    /// Both parameters of the beta distribution that proportions are drawn from.
    public let alpha: Double
    private let least: Double
    private let largest: Double
    private let interpolation: PatchResizing.Interpolation
    private let box: MixingBox

    /// Boxes whose proportions have this parameter, which is positive, between 0.1 and 0.8.
    public init(alpha: Double) {
        self.alpha = alpha
        (least, largest, interpolation) = (0.1, 0.8, .bilinear)
        box = MixingBox()
    }

    /// Reads `alpha`, `lam_min`, `lam_max`, `interpolation`, `cutmix_minmax` and `correct_lam`.
    public init(from reader: inout ConfigReader) throws {
        alpha = try reader.mixingParameter()
        least = try reader.value("lam_min", default: 0.1)
        guard 0...1 ~= least else {
            throw reader.failure("lam_min", "", expected: "a share from 0 to 1")
        }
        largest = try reader.value("lam_max", default: 0.8)
        guard least...1 ~= largest else {
            throw reader.failure("lam_max", "", expected: "a share from lam_min to 1")
        }
        interpolation = try reader.choice(
            "interpolation", default: .bilinear, among: PatchResizing.Interpolation.allCases)
        box = try MixingBox(from: &reader)
    }

    /// The mixed images and targets.
    public func callAsFunction(
        _ images: PlainTensor, _ shares: PlainTensor, _ random: inout RandomStream
    ) throws -> (images: PlainTensor, shares: PlainTensor) {
        let drawn = random.beta(alpha, alpha) * (largest - least) + least
        let order = random.order(of: images.shape[0])
        let (height, width) = (images.shape[2], images.shape[3])
        let (place, share) = box.draw(height: height, width: width, share: drawn, &random)
        let mixed = share * shares + (1 - share) * shares[rows: order]
        guard !place.rows.isEmpty, !place.columns.isEmpty else { return (images, mixed) }
        let rows = PatchResizing(from: height, to: place.rows.count, interpolation)
        let columns = PatchResizing(from: width, to: place.columns.count, interpolation)
        let source = images.floats
        var result = source
        let (planes, size) = (images.shape[1], height * width)
        for (image, other) in order.enumerated() {
            for plane in 0..<planes {
                let from = (other * planes + plane) * size
                let patch = PatchResizing.resized(
                    source[from..<(from + size)], height: height, width: width, rows: rows,
                    columns: columns)
                let to = (image * planes + plane) * size
                for (line, row) in place.rows.enumerated() {
                    let start = line * place.columns.count
                    result.replaceSubrange(
                        (to + row * width + place.columns.lowerBound)..<(to + row * width
                            + place.columns.upperBound),
                        with: patch[start..<(start + place.columns.count)])
                }
            }
        }
        return (PlainTensor(result, shape: images.shape), mixed)
    }
}
