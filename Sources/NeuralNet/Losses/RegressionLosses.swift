/// How far values are from their targets.
///
/// Shape: `x` and `target` have one shape; the result is a scalar, or has that shape without reduction.
/// Errors: throws `ShapeError` where the shapes differ.
/// Source: `torch.nn.functional.l1_loss`.
public func l1Loss(
    _ x: Variable, _ target: Variable, reduction: LossReduction = .mean, _ context: ForwardContext
) throws -> Variable {
    try pairwiseLoss("l1 loss", x, target, reduction, context) { value, target in
        let difference = value - target
        let sign: Float = difference > 0 ? 1 : difference < 0 ? -1 : 0
        return PairLoss(loss: abs(difference), byValue: sign, byTarget: -sign)
    }
}

/// The squares of how far values are from their targets.
///
/// Shape: `x` and `target` have one shape; the result is a scalar, or has that shape without reduction.
/// Errors: throws `ShapeError` where the shapes differ.
/// Source: `torch.nn.functional.mse_loss`.
public func mseLoss(
    _ x: Variable, _ target: Variable, reduction: LossReduction = .mean, _ context: ForwardContext
) throws -> Variable {
    try pairwiseLoss("mse loss", x, target, reduction, context) { value, target in
        let difference = value - target
        return PairLoss(
            loss: difference * difference, byValue: 2 * difference, byTarget: -2 * difference)
    }
}

/// How far values are from their targets, its corner at 0 rounded off within `beta`.
///
/// Shape: `x` and `target` have one shape; the result is a scalar, or has that shape without reduction.
/// Errors: throws `ShapeError` where the shapes differ.
/// Source: `torch.nn.functional.smooth_l1_loss`.
public func smoothL1Loss(
    _ x: Variable, _ target: Variable, beta: Double = 1, reduction: LossReduction = .mean,
    _ context: ForwardContext
) throws -> Variable {
    let beta = Float(beta)
    return try pairwiseLoss("smooth l1 loss", x, target, reduction, context) { value, target in
        let difference = value - target
        let distance = abs(difference)
        let slope = distance < beta ? difference / beta : difference < 0 ? -1 : 1
        return PairLoss(
            loss: distance < beta
                ? 0.5 * difference * difference / beta : distance - 0.5 * beta,
            byValue: slope, byTarget: -slope)
    }
}
