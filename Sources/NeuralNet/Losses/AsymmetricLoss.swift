import Foundation
import TensorCore

/// The binary cross entropy of every class, in which the many classes a sample does not belong to weigh
/// less than those it does.
///
/// Source: `AsymmetricLoss` in MMClassification 0.x; Ridnik et al., arXiv:2009.14119.
public struct AsymmetricLoss: Sendable {
    /// How fast the weight of classes falls that a sample belongs to.
    public var positiveGamma = 0.0
    /// How fast the weight of the others falls.
    public var negativeGamma = 4.0
    /// By how much the probability of classes that a sample does not belong to may miss 0 for free.
    public var clip = 0.05
    /// How the losses become one number.
    public var reduction = LossReduction.mean
    /// A factor on the whole loss.
    public var lossWeight = 1.0
    /// Whether scores go through a sigmoid each rather than a softmax together.
    public var useSigmoid = true
    /// The least probability whose logarithm is taken.
    public var epsilon = 1e-8

    /// The original's form.
    public init() {}

    /// The loss of `scores` as a variable.
    ///
    /// Shape: `scores` is `[N, K]`; the result is a scalar, or `[N, K]` without reduction, which the softmax
    /// does not offer.
    /// Units: nats.
    /// Errors: throws `LabelError` for a label outside `0..<K`, `ShapeError` where shapes disagree.
    public func callAsFunction(
        _ scores: Variable, _ targets: ClassTargets, averageFactor: Double? = nil,
        _ context: ForwardContext
    ) throws -> Variable {
        let shares = try targets.shares(scores, "asymmetric loss").map(Double.init)
        let values = try scores.value.plainValues()
        let classes = scores.shape[1]
        let probabilities =
            useSigmoid
            ? values.map { 1 / (1 + exp(-Double($0))) }
            : softmaxRows(PlainTensor(values, shape: scores.shape)).floats.map(Double.init)
        let terms = zip(probabilities, shares).map(term)
        let slopes = terms.map(\.slope)
        let derivatives = probabilities.indices.map { place -> Float in
            let p = probabilities[place]
            if useSigmoid { return Float(slopes[place] * p * (1 - p)) }
            let row = place / classes * classes..<(place / classes + 1) * classes
            let mean = row.reduce(0.0) { $0 + slopes[$1] * probabilities[$1] }
            return Float(p * (slopes[place] - mean))
        }
        if !useSigmoid && reduction == .none {
            throw ShapeError("asymmetric loss: without reduction only the sigmoid serves")
        }
        return try UnreducedLoss(
            shape: scores.shape, losses: terms.map { Float($0.loss) }, derivatives: derivatives
        ).reduced(
            scores, weights: nil, reduction, averageFactor: averageFactor, scale: lossWeight,
            context, caller: "asymmetricLoss")
    }

    /// The loss of one probability, and its derivative by it.
    private func term(_ p: Double, _ y: Double) -> (loss: Double, slope: Double) {
        // What is right: the probability, or what it leaves to the other classes.
        let isFree = clip > 0 && 1 - p + clip > 1
        let rest = clip > 0 ? min(1 - p + clip, 1) : 1 - p
        let right = rest * (1 - y) + p * y
        let rightSlope = (isFree ? 0 : -1) * (1 - y) + y
        let gamma = positiveGamma * y + negativeGamma * (1 - y)
        let miss = 1 - right
        let weight = pow(miss, gamma)
        let weightSlope = gamma == 0 ? 0 : -gamma * pow(miss, gamma - 1) * rightSlope
        let logarithm = log(max(right, epsilon))
        let logarithmSlope = right < epsilon ? 0 : rightSlope / right
        return (-logarithm * weight, -(logarithmSlope * weight + logarithm * weightSlope))
    }
}
