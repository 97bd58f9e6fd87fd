import Foundation
public import TensorCore

/// What samples belong to: one class each, or a share of every class.
public enum ClassTargets: Sendable {
    /// The number of each sample's class. Labels of -100 are ignored, as in PyTorch.
    case labels([Int64])
    /// A row of shares a sample, `[N, K]`.
    case shares(PlainTensor)

    /// Class numbers where the array holds whole numbers in one row, shares otherwise.
    public init(_ targets: PlainTensor) {
        if targets.shape.count <= 1, let labels = targets.integers {
            self = .labels(labels)
        } else {
            self = .shares(PlainTensor(targets.floats, shape: targets.shape))
        }
    }
}

/// The cross entropy between class scores and targets.
///
/// Source: `CrossEntropyLoss` in MMClassification 0.x.
public struct CrossEntropyLoss: Sendable {
    /// Scores go through a sigmoid each instead of a softmax together.
    public var useSigmoid = false
    /// Targets are shares of all classes.
    public var useSoft = false
    /// How per-sample losses become one number.
    public var reduction = LossReduction.mean
    /// A factor on the whole loss.
    public var lossWeight = 1.0
    /// A factor on each class.
    public var classWeight: [Float]?
    /// A factor on the positive part of each class, with the sigmoid only.
    public var positiveWeight: [Float]?

    /// The mean softmax cross entropy; set properties for other forms.
    public init() {}

    /// The loss of `scores` as a variable.
    ///
    /// Shape: `scores` is `[N, K]`; the result is a scalar, or `[N]` without reduction (`[N, K]` with
    /// the sigmoid).
    /// Units: nats.
    /// Errors: throws `LabelError` for a label outside `0..<K`, `ShapeError` where shapes disagree.
    public func callAsFunction(
        _ scores: Variable, _ targets: ClassTargets, sampleWeight: [Float]? = nil,
        averageFactor: Double? = nil, _ context: ForwardContext
    ) throws -> Variable {
        guard scores.shape.count == 2 else {
            throw ShapeError("cross entropy: scores \(scores.shape) must be [N, K]")
        }
        let values = try scores.value.plainValues()
        let (rows, classes) = (scores.shape[0], scores.shape[1])
        for list in [classWeight, positiveWeight].compactMap(\.self) where list.count != classes {
            throw ShapeError(
                "cross entropy: \(list.count) class weights for \(classes) classes")
        }
        let unreduced: UnreducedLoss
        switch targets {
        case .labels(let labels):
            guard labels.count == rows else {
                throw ShapeError("cross entropy: \(labels.count) labels for scores \(scores.shape)")
            }
            guard !useSigmoid, !useSoft else {
                throw ShapeError(
                    "cross entropy: use_sigmoid and use_soft need targets of the scores' shape "
                        + "\(scores.shape), got \(labels.count) labels")
            }
            unreduced = try hard(values, labels, classes)
        case .shares(let shares):
            guard shares.shape == scores.shape else {
                throw ShapeError(
                    "cross entropy: targets \(shares.shape) for scores \(scores.shape)")
            }
            unreduced =
                useSigmoid
                ? binary(values, shares.floats, scores.shape)
                : soft(values, shares.floats, classes)
        }
        return try unreduced.reduced(
            scores, weights: sampleWeight, reduction, averageFactor: averageFactor,
            scale: lossWeight, context, caller: "crossEntropy")
    }

    private func hard(_ scores: [Float], _ labels: [Int64], _ classes: Int) throws -> UnreducedLoss
    {
        var losses = [Float](repeating: 0, count: labels.count)
        var derivatives = [Float](repeating: 0, count: scores.count)
        for (row, label) in labels.enumerated() where label != -100 {
            guard let label = Int(exactly: label), 0..<classes ~= label else {
                throw LabelError.outside(label, row: row, classes: classes)
            }
            let weight = classWeight?[label] ?? 1
            let start = row * classes
            let logarithms = logSoftmax(scores[start..<(start + classes)])
            losses[row] = -logarithms[label] * weight
            for k in 0..<classes { derivatives[start + k] = exp(logarithms[k]) * weight }
            derivatives[start + label] -= weight
        }
        return UnreducedLoss(shape: [labels.count], losses: losses, derivatives: derivatives)
    }

    private func soft(_ scores: [Float], _ shares: [Float], _ classes: Int) -> UnreducedLoss {
        let rows = scores.count / max(1, classes)
        var losses = [Float](repeating: 0, count: rows)
        var derivatives = [Float](repeating: 0, count: scores.count)
        for row in 0..<rows {
            let range = (row * classes)..<((row + 1) * classes)
            let logarithms = logSoftmax(scores[range])
            let weighted = shares[range].enumerated().map {
                $0.element * (classWeight?[$0.offset] ?? 1)
            }
            let total = weighted.reduce(0, +)
            losses[row] = -zip(weighted, logarithms).reduce(0) { $0 + $1.0 * $1.1 }
            for k in 0..<classes {
                derivatives[range.lowerBound + k] = total * exp(logarithms[k]) - weighted[k]
            }
        }
        return UnreducedLoss(shape: [rows], losses: losses, derivatives: derivatives)
    }

    private func binary(_ scores: [Float], _ shares: [Float], _ shape: [Int]) -> UnreducedLoss {
        var losses = [Float](repeating: 0, count: scores.count)
        var derivatives = losses
        for place in scores.indices {
            let column = place % shape[1]
            let (x, y) = (scores[place], shares[place])
            let weight = classWeight?[column] ?? 1
            let positive = positiveWeight?[column] ?? 1
            // log(1 + e^-x), without overflow on either side.
            let softplus = max(-x, 0) + log1p(exp(-abs(x)))
            let slope = 1 + (positive - 1) * y
            losses[place] = weight * ((1 - y) * x + slope * softplus)
            let sigmoid = 1 / (1 + exp(-x))
            derivatives[place] = weight * ((1 - y) - slope * (1 - sigmoid))
        }
        return UnreducedLoss(shape: shape, losses: losses, derivatives: derivatives)
    }
}

/// The logarithms of a row's softmax.
func logSoftmax(_ row: ArraySlice<Float>) -> [Float] {
    let largest = row.max() ?? 0
    let sum = row.reduce(Float(0)) { $0 + exp($1 - largest) }
    let logarithm = log(sum)
    return row.map { $0 - largest - logarithm }
}

/// The softmax of every row, outside any tape.
///
/// Shape: `scores` is `[N, K]`.
public func softmaxRows(_ scores: PlainTensor) -> PlainTensor {
    let values = scores.floats
    let width = scores.shape.last ?? 1
    let result = stride(from: 0, to: values.count, by: max(1, width)).flatMap { start in
        logSoftmax(values[start..<(start + width)]).map { exp($0) }
    }
    return PlainTensor(result, shape: scores.shape)
}
