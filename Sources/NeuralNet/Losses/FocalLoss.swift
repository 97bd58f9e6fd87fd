import Foundation
import TensorCore

/// The binary cross entropy of every class, in which what is well told apart already weighs little.
///
/// Source: `FocalLoss` in MMClassification 0.x; Lin et al., arXiv:1708.02002.
public struct FocalLoss: Sendable {
    /// How fast the weight falls.
    public var gamma = 2.0
    /// The weight of classes a sample belongs to; the others weigh `1 - alpha`.
    public var alpha = 0.25
    /// How the losses become one number.
    public var reduction = LossReduction.mean
    /// A factor on the whole loss.
    public var lossWeight = 1.0

    /// The original's form.
    public init() {}

    /// The loss of `scores` as a variable.
    ///
    /// Shape: `scores` is `[N, K]`; the result is a scalar, or `[N, K]` without reduction.
    /// Units: nats.
    /// Errors: throws `LabelError` for a label outside `0..<K`, `ShapeError` where shapes disagree.
    public func callAsFunction(
        _ scores: Variable, _ targets: ClassTargets, averageFactor: Double? = nil,
        _ context: ForwardContext
    ) throws -> Variable {
        let shares = try targets.shares(scores, "focal loss")
        var losses: [Float] = []
        var derivatives: [Float] = []
        for (x, y) in zip(try scores.value.plainValues().map(Double.init), shares.map(Double.init))
        {
            let p = 1 / (1 + exp(-x))
            // How wrong the score is, and its slope.
            let miss = (1 - p) * y + p * (1 - y)
            let missSlope = (1 - 2 * y) * p * (1 - p)
            let weight = alpha * y + (1 - alpha) * (1 - y)
            let entropy = max(x, 0) - x * y + log1p(exp(-abs(x)))
            let power = pow(miss, gamma)
            losses.append(Float(weight * power * entropy))
            let powerSlope = gamma == 0 ? 0 : gamma * pow(miss, gamma - 1) * missSlope
            derivatives.append(Float(weight * (powerSlope * entropy + power * (p - y))))
        }
        return try UnreducedLoss(shape: scores.shape, losses: losses, derivatives: derivatives)
            .reduced(
                scores, weights: nil, reduction, averageFactor: averageFactor, scale: lossWeight,
                context, caller: "focalLoss")
    }
}

extension ClassTargets {
    /// A share of every class for every sample: 1 for the class a label names.
    func shares(_ scores: Variable, _ name: String) throws -> [Float] {
        guard scores.shape.count == 2 else {
            throw ShapeError("\(name): scores \(scores.shape) must be [N, K]")
        }
        let (rows, classes) = (scores.shape[0], scores.shape[1])
        switch self {
        case .labels(let labels):
            guard labels.count == rows else {
                throw ShapeError("\(name): \(labels.count) labels for scores \(scores.shape)")
            }
            var shares = [Float](repeating: 0, count: rows * classes)
            for (row, label) in labels.enumerated() {
                guard let label = Int(exactly: label), 0..<classes ~= label else {
                    throw LabelError.outside(label, row: row, classes: classes)
                }
                shares[row * classes + label] = 1
            }
            return shares
        case .shares(let shares):
            guard shares.shape == scores.shape else {
                throw ShapeError("\(name): targets \(shares.shape) for scores \(scores.shape)")
            }
            return shares.floats
        }
    }
}
