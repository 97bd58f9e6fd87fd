import TensorCore

/// The loss of one value against its target, and its derivatives by both.
struct PairLoss {
    let loss, byValue, byTarget: Float
}

/// Compares values with targets one by one, reduces the losses and records the derivatives: what
/// the element-wise losses are made of.
///
/// Errors: throws `ShapeError` where the shapes differ.
func pairwiseLoss(
    _ name: String, _ x: Variable, _ target: Variable, _ reduction: LossReduction,
    _ context: ForwardContext, caller: StaticString = #function,
    measure: (_ value: Float, _ target: Float) -> PairLoss
) throws -> Variable {
    guard x.shape == target.shape else {
        throw ShapeError("\(name): input \(x.shape) and target \(target.shape) differ in shape")
    }
    let pairs = zip(try x.value.plainValues(), try target.value.plainValues()).map(measure)
    let (device, shape) = (context.device, x.shape)
    let divisor: Float = reduction == .mean ? Float(pairs.count) : 1
    let output: Tensor
    if reduction == .none {
        output = try device.tensor(pairs.map(\.loss), shape: shape)
    } else {
        let total = pairs.reduce(0.0) { $0 + Double($1.loss) }
        output = try device.full([], Float(total) / divisor)
    }
    return context.record(output, from: [x, target], function: caller) { gradient in
        let outer = try gradient.plainValues()
        func part(_ derivative: KeyPath<PairLoss, Float>) throws -> Tensor {
            let values = pairs.enumerated().map { place, pair in
                pair[keyPath: derivative] * (outer[outer.count == 1 ? 0 : place] / divisor)
            }
            return try gradient.device.tensor(values, shape: shape)
        }
        return [
            x.needsGradient ? try part(\.byValue) : nil,
            target.needsGradient ? try part(\.byTarget) : nil,
        ]
    }
}
