import Foundation
package import TensorCore

/// Adam that divides by the root of the mean square only once enough steps have made it reliable.
///
/// Source: `torch.optim.RAdam`.
public final class RAdam: Optimizer {
    /// The original's name.
    public override var typeName: String { "RAdam" }

    /// Settings as PyTorch names them: `lr`, `betas`, `eps`, `weight_decay`, `decoupled_weight_decay`,
    /// `maximize`.
    public init(_ groups: [ParameterGroup], options: [(String, OptionValue)] = []) throws {
        try super.init(
            groups: groups,
            defaults: options + [
                ("lr", .double(1e-3)), ("betas", .pair(0.9, 0.999)), ("eps", .double(1e-8)),
                ("weight_decay", .double(0)), ("maximize", .bool(false)), ("foreach", .null),
                ("capturable", .bool(false)), ("decoupled_weight_decay", .bool(false)),
                ("differentiable", .bool(false)),
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
        let (beta1, beta2) = group.betas
        let rate = group.learningRate / (1 - pow(beta1, step))
        let rectification = Self.rectification(step, beta2)
        let moments = MomentStep(
            gradientRate: 0, averageRate: rate * (rectification ?? 1), betas: group.betas,
            epsilon: group.double("eps"), spread: rectification == nil ? .one : .root)
        try parameter.value.take(
            .moments(
                moments, average: memory.tensor("exp_avg", like: parameter),
                square: memory.tensor("exp_avg_sq", like: parameter)),
            gradient: gradient, group.direction)
    }

    /// The factor by which the step shrinks while the mean square is young, its bias corrected; nil as
    /// long as it is not to be trusted at all.
    private static func rectification(_ step: Double, _ beta2: Double) -> Double? {
        let correction = 1 - pow(beta2, step)
        let limit = 2 / (1 - beta2) - 1
        let length = limit - 2 * step * pow(beta2, step) / correction
        guard length > 5 else { return nil }
        let share =
            (length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)
        return (share * correction).squareRoot()
    }
}
