import Foundation
package import TensorCore

/// Adam with the fading maximum of gradients' sizes in place of their mean square.
///
/// Source: `torch.optim.Adamax`.
public final class Adamax: Optimizer {
    /// The original's name.
    public override var typeName: String { "Adamax" }

    /// Settings as PyTorch names them: `lr`, `betas`, `eps`, `weight_decay`, `maximize`.
    public init(_ groups: [ParameterGroup], options: [(String, OptionValue)] = []) throws {
        try super.init(
            groups: groups,
            defaults: options + [
                ("lr", .double(2e-3)), ("betas", .pair(0.9, 0.999)), ("eps", .double(1e-8)),
                ("weight_decay", .double(0)), ("foreach", .null), ("maximize", .bool(false)),
                ("differentiable", .bool(false)), ("capturable", .bool(false)),
            ])
        for group in groups {
            try group.requireNonNegative("lr", "eps", "weight_decay")
            try group.requireBetas()
        }
    }

    package override var savesStep: Bool { true }

    package override func update(
        _ parameter: Parameter, _ gradient: Tensor, _ group: ParameterGroup, _ memory: inout Memory
    ) throws {
        let step = Double(memory.countStep())
        try parameter.value.take(
            .adamax(
                rate: group.learningRate / (1 - pow(group.betas.0, step)), betas: group.betas,
                epsilon: group.double("eps"), average: memory.tensor("exp_avg", like: parameter),
                largest: memory.tensor("exp_inf", like: parameter)),
            gradient: gradient, group.coupledDirection)
    }
}
