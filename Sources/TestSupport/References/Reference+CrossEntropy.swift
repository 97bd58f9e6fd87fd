import Foundation

extension Reference {
    /// The softmax cross entropy of every row, and its gradient by the row's scores.
    ///
    /// Shape: scores `[N, K]`; the losses `[N]`. Labels of -100 are ignored.
    package static func crossEntropy(
        _ scores: ReferenceArray, labels: [Int], classWeight: [Double]? = nil
    ) -> (losses: [Double], gradient: ReferenceArray) {
        let classes = scores.shape[1]
        var losses: [Double] = []
        var gradient = ReferenceArray(zeros: scores.shape)
        for (row, label) in labels.enumerated() {
            guard label != -100 else {
                losses.append(0)
                continue
            }
            let weight = classWeight?[label] ?? 1
            let start = row * classes
            let powers = (0..<classes).map { exp(scores.values[start + $0]) }
            let sum = powers.reduce(0, +)
            losses.append(-weight * log(powers[label] / sum))
            for k in 0..<classes {
                gradient.values[start + k] = weight * (powers[k] / sum - (k == label ? 1 : 0))
            }
        }
        return (losses, gradient)
    }

    /// The cross entropy between softmax scores and shares, and its gradient by the scores.
    package static func softCrossEntropy(_ scores: ReferenceArray, shares: ReferenceArray) -> (
        losses: [Double], gradient: ReferenceArray
    ) {
        let classes = scores.shape[1]
        var losses: [Double] = []
        var gradient = ReferenceArray(zeros: scores.shape)
        for start in stride(from: 0, to: scores.values.count, by: classes) {
            let powers = (0..<classes).map { exp(scores.values[start + $0]) }
            let sum = powers.reduce(0, +)
            let share = shares.values[start..<(start + classes)]
            let total = share.reduce(0, +)
            losses.append(-zip(share, powers).reduce(0) { $0 + $1.0 * log($1.1 / sum) })
            for k in 0..<classes {
                gradient.values[start + k] = total * powers[k] / sum - shares.values[start + k]
            }
        }
        return (losses, gradient)
    }

    /// The sigmoid cross entropy of every score, and its gradient.
    package static func sigmoidCrossEntropy(_ scores: ReferenceArray, shares: ReferenceArray) -> (
        losses: ReferenceArray, gradient: ReferenceArray
    ) {
        let losses = scores.combined(with: shares) { x, y in
            let sigmoid = 1 / (1 + exp(-x))
            return -(y * log(sigmoid) + (1 - y) * log(1 - sigmoid))
        }
        return (losses, scores.combined(with: shares) { x, y in 1 / (1 + exp(-x)) - y })
    }
}
