import Foundation
package import TensorCore

/// Adam with Nesterov's momentum, whose weight grows over the first steps.
///
/// Source: `torch.optim.NAdam`.
public final class NAdam: Optimizer {
    /// The original's name.
    public override var typeName: String { "NAdam" }

    /// Settings as PyTorch names them: `lr`, `betas`, `eps`, `weight_decay`, `momentum_decay`,
    /// `decoupled_weight_decay`, `maximize`.
    public init(_ groups: [ParameterGroup], options: [(String, OptionValue)] = []) throws {
        try super.init(
            groups: groups,
            defaults: options + [
                ("lr", .double(2e-3)), ("betas", .pair(0.9, 0.999)), ("eps", .double(1e-8)),
                ("weight_decay", .double(0)), ("momentum_decay", .double(4e-3)),
                ("decoupled_weight_decay", .bool(false)), ("maximize", .bool(false)),
                ("foreach", .null), ("capturable", .bool(false)), ("differentiable", .bool(false)),
            ])
        for group in groups {
            try group.requireNonNegative("lr", "eps", "weight_decay", "momentum_decay")
            try group.requireBetas()
        }
    }

    package override var savesStep: Bool { true }

    package override func memoryShape(of name: String, _ parameter: Parameter) -> [Int] {
        name == "mu_product" ? [] : parameter.value.shape
    }

    package override func update(
        _ parameter: Parameter, _ gradient: Tensor, _ group: ParameterGroup, _ memory: inout Memory
    ) throws {
        let step = Double(memory.countStep())
        let (beta1, beta2) = group.betas
        let decay = group.double("momentum_decay")
        func momentum(_ step: Double) -> Double { beta1 * (1 - 0.5 * pow(0.96, step * decay)) }
        // Kept in single precision, as PyTorch keeps it.
        let product = try memory.tensor("mu_product", shape: [], filledWith: 1, on: parameter)
        let soFar = try product.scalar() * Float(momentum(step))
        try product.fill(soFar)
        let rate = group.learningRate
        let next = momentum(step + 1)
        let moments = MomentStep(
            gradientRate: rate * (1 - momentum(step)) / (1 - Double(soFar)),
            averageRate: rate * next / (1 - Double(soFar) * next), betas: group.betas,
            epsilon: group.double("eps"),
            spread: .correctedRoot(correction: 1 - pow(beta2, step)))
        try parameter.value.take(
            .moments(
                moments, average: memory.tensor("exp_avg", like: parameter),
                square: memory.tensor("exp_avg_sq", like: parameter)),
            gradient: gradient, group.direction)
    }
}
