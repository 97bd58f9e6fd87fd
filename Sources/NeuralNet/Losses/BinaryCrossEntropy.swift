import Foundation
import TensorCore

/// The cross entropy between probabilities and the shares they should have.
///
/// Logarithms below -100 count as -100, as in PyTorch.
/// Shape: `x` and `target` have one shape; the result is a scalar, or has that shape without reduction.
/// Units: nats.
/// Errors: throws `ShapeError` where the shapes differ, `LabelError` for a value outside 0 to 1.
/// Source: `torch.nn.functional.binary_cross_entropy`.
public func binaryCrossEntropy(
    _ x: Variable, _ target: Variable, reduction: LossReduction = .mean, _ context: ForwardContext
) throws -> Variable {
    let outside = try x.value.plainValues().first { $0 < 0 || $0 > 1 }
    if let outside {
        throw LabelError(
            "binary cross entropy: \(outside) is no probability; for scores of any size use "
                + "binaryCrossEntropy(withLogits:)")
    }
    return try pairwiseLoss("binary cross entropy", x, target, reduction, context) { p, y in
        let (yes, no) = (max(log(p), -100), max(log1p(-p), -100))
        return PairLoss(
            loss: (y - 1) * no - y * yes, byValue: (p - y) / max((1 - p) * p, 1e-12),
            byTarget: no - yes)
    }
}

/// The cross entropy between the sigmoids of scores and the shares they should have.
///
/// Shape: `scores` and `target` have one shape; the result is a scalar, or has that shape without
/// reduction. `positiveWeights` has one number for each place along the last dimension.
/// Units: nats.
/// Errors: throws `ShapeError` where the shapes differ.
/// Source: `torch.nn.functional.binary_cross_entropy_with_logits`.
public func binaryCrossEntropy(
    withLogits scores: Variable, _ target: Variable, positiveWeights: [Float]? = nil,
    reduction: LossReduction = .mean, _ context: ForwardContext
) throws -> Variable {
    let name = "binary cross entropy"
    let width = scores.shape.last ?? 1
    if let positiveWeights, positiveWeights.count != width {
        throw ShapeError(
            "\(name): \(positiveWeights.count) positive weights for scores \(scores.shape)")
    }
    var column = 0
    return try pairwiseLoss(name, scores, target, reduction, context) { x, y in
        let positive = positiveWeights?[column] ?? 1
        column = (column + 1) % width
        // log(1 + e^-x), without overflow on either side.
        let softplus = max(-x, 0) + log1p(exp(-abs(x)))
        let slope = 1 + (positive - 1) * y
        let sigmoid = 1 / (1 + exp(-x))
        return PairLoss(
            loss: (1 - y) * x + slope * softplus, byValue: (1 - y) - slope * (1 - sigmoid),
            byTarget: (positive - 1) * softplus - x)
    }
}
