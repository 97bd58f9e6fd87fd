import Foundation
package import TensorCore

/// Adam with coupled weight decay and, on request, AMSGrad.
///
/// Source: `torch.optim.Adam`.
public class Adam: Optimizer {
    /// The original's name.
    public override var typeName: String { "Adam" }

    /// Settings as PyTorch names them: `lr`, `betas`, `eps`, `weight_decay`, `amsgrad`,
    /// `decoupled_weight_decay`, `maximize`.
    public convenience init(_ groups: [ParameterGroup], options: [(String, OptionValue)] = [])
        throws
    {
        try self.init(groups, options: options, weightDecay: 0, decoupled: false)
    }

    init(
        _ groups: [ParameterGroup], options: [(String, OptionValue)], weightDecay: Double,
        decoupled: Bool
    ) throws {
        try super.init(
            groups: groups,
            defaults: options + [
                ("lr", .double(1e-3)), ("betas", .pair(0.9, 0.999)), ("eps", .double(1e-8)),
                ("weight_decay", .double(weightDecay)), ("amsgrad", .bool(false)),
                ("maximize", .bool(false)), ("foreach", .null), ("capturable", .bool(false)),
                ("differentiable", .bool(false)), ("fused", .null),
                ("decoupled_weight_decay", .bool(decoupled)),
            ])
        for group in groups {
            try group.requireNonNegative("lr", "eps", "weight_decay")
            try group.requireBetas()
        }
    }

    package override var savesStep: Bool { true }

    /// Whether weight decay shrinks the parameter itself instead of joining the gradient.
    package func decouplesWeightDecay(_ group: ParameterGroup) -> Bool {
        group.flag("decoupled_weight_decay")
    }

    package override func update(
        _ parameter: Parameter, _ gradient: Tensor, _ group: ParameterGroup, _ memory: inout Memory
    ) throws {
        let amsgrad = group.flag("amsgrad")
        let names = ["exp_avg", "exp_avg_sq"] + (amsgrad ? ["max_exp_avg_sq"] : [])
        for name in names where memory[name] == nil {
            memory.tensors.append((name, try parameter.value.device.zeros(parameter.value.shape)))
        }
        guard let average = memory["exp_avg"], let square = memory["exp_avg_sq"] else { return }
        let step = (memory.step ?? 0) + 1
        memory.step = step
        let (beta1, beta2) = group.betas
        let learningRate = group.learningRate
        let decay = group.double("weight_decay")
        let isDecoupled = decouplesWeightDecay(group)
        try parameter.value.stepAdam(
            gradient: gradient, average: average, square: square,
            largestSquare: amsgrad ? memory["max_exp_avg_sq"] : nil,
            AdamStep(
                stepSize: Float(learningRate / (1 - pow(beta1, Double(step)))),
                secondCorrection: Float((1 - pow(beta2, Double(step))).squareRoot()),
                beta1: Float(beta1), oneMinusBeta1: Float(1 - beta1), beta2: Float(beta2),
                oneMinusBeta2: Float(1 - beta2), epsilon: Float(group.double("eps")),
                coupledDecay: isDecoupled ? 0 : Float(decay),
                shrink: isDecoupled ? Float(1 - learningRate * decay) : 1,
                maximize: group.flag("maximize")))
    }
}
