public import TensorCore

/// The share of samples whose class is among the best scores.
///
/// Source: `mmcls.models.losses.accuracy`, in single precision as there.
public enum Accuracy {
    /// The accuracy for each `k` of `ks`, counting only scores above `threshold`.
    ///
    /// A `k` above the number of classes counts as all of them. Of equal scores the first wins.
    /// Shape: `scores` is `[N, K]`, `labels` holds `N` indices.
    /// Units: percent.
    /// Errors: throws `ShapeError` where the counts disagree.
    public static func topK(
        _ scores: PlainTensor, _ labels: [Int64], _ ks: [Int], threshold: Double = 0
    ) throws -> [Float] {
        try topK(scores, labels, ks, thresholds: [threshold]).map { $0[0] }
    }

    /// The accuracy for each `k` of `ks`, and within it for each threshold.
    public static func topK(
        _ scores: PlainTensor, _ labels: [Int64], _ ks: [Int], thresholds: [Double]
    ) throws -> [[Float]] {
        let hits = try Hits(scores, labels)
        return ks.map { k in thresholds.map { hits.share(within: k, above: Float($0)) } }
    }

    /// The score and rank of every sample's own class.
    private struct Hits {
        let samples: [(score: Float, rank: Int)]

        init(_ scores: PlainTensor, _ labels: [Int64]) throws {
            let values = scores.floats
            let classes = try classCount(scores, labels)
            samples = labels.enumerated().map { row, label in
                let start = row * classes
                guard let label = Int(exactly: label), 0..<classes ~= label else {
                    return (-.infinity, .max)  // a class the model does not know is never found
                }
                let score = values[start + label]
                let rank = (0..<classes).count { other in
                    let value = values[start + other]
                    return value > score || (value.isNaN && !score.isNaN)
                        || (value == score && other < label)
                }
                return (score, rank)
            }
        }

        func share(within k: Int, above threshold: Float) -> Float {
            let count = samples.count { $0.rank < k && $0.score > threshold }
            return Float(count) * Float(100 / Double(samples.count))
        }
    }
}

/// The number of classes, after a look at whether scores and labels fit.
func classCount(_ scores: PlainTensor, _ labels: [Int64]) throws -> Int {
    guard scores.shape.count == 2, scores.shape[0] == labels.count else {
        throw ShapeError("metrics: scores \(scores.shape) for \(labels.count) labels")
    }
    return scores.shape[1]
}
