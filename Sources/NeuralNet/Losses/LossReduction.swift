import TensorCore

/// How per-sample losses become one number.
public enum LossReduction: String, Sendable {
    case none
    case mean
    case sum
}

/// A label that names no class.
public struct LabelError: Error, Sendable, CustomStringConvertible {
    /// The row, the label, and how many classes there are.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// Losses before weighting and reduction, with their derivatives by the scores.
struct UnreducedLoss {
    /// The shape of the losses: `[N]`, or that of the scores for element-wise losses.
    let shape: [Int]
    let losses: [Float]
    /// `d loss / d score`: as many scores a loss as the counts say.
    let derivatives: [Float]

    /// Weighs, reduces and records the losses as MMClassification's `weight_reduce_loss` does.
    ///
    /// `weights` has one number a sample; `averageFactor` replaces the count in a mean.
    /// Errors: throws `ShapeError` for a sum with an average factor, as the original does.
    func reduced(
        _ scores: Variable, weights: [Float]?, _ reduction: LossReduction, averageFactor: Double?,
        scale: Double, _ context: ForwardContext, caller: StaticString = #function
    ) throws -> Variable {
        if averageFactor != nil && reduction == .sum {
            throw ShapeError("loss: avg_factor can not be used with reduction=\"sum\"")
        }
        let lossesPerSample = weights.map { losses.count / max(1, $0.count) } ?? 1
        func factor(_ place: Int) -> Float {
            (weights.map { $0[place / lossesPerSample] } ?? 1) * Float(scale)
        }
        let divisor: Float
        switch reduction {
        case .mean: divisor = Float(averageFactor ?? Double(losses.count))
        case .sum, .none: divisor = 1
        }
        let weighted = losses.enumerated().map { $0.element * factor($0.offset) }
        let isReduced = reduction != .none
        let output =
            isReduced
            ? try context.device.tensor(
                [Float(weighted.reduce(0.0) { $0 + Double($1) }) / divisor], shape: [])
            : try context.device.tensor(weighted, shape: shape)
        let (derivatives, scoreShape) = (derivatives, scores.shape)
        let width = derivatives.count / max(1, losses.count)
        return context.record(output, from: [scores], function: caller) { gradient in
            let outer = try gradient.plainValues()
            let values = derivatives.enumerated().map { place, derivative in
                let loss = place / width
                return derivative * factor(loss) * outer[isReduced ? 0 : loss] / divisor
            }
            return [try gradient.device.tensor(values, shape: scoreShape)]
        }
    }
}
