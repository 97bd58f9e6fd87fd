package import TensorCore

/// Gradients divided by the root of the sum of all their squares.
///
/// Source: `torch.optim.Adagrad`.
public final class Adagrad: Optimizer {
    /// The original's name.
    public override var typeName: String { "Adagrad" }

    /// Settings as PyTorch names them: `lr`, `lr_decay`, `weight_decay`, `initial_accumulator_value`,
    /// `eps`, `maximize`.
    public init(_ groups: [ParameterGroup], options: [(String, OptionValue)] = []) throws {
        try super.init(
            groups: groups,
            defaults: options + [
                ("lr", .double(1e-2)), ("lr_decay", .double(0)), ("eps", .double(1e-10)),
                ("weight_decay", .double(0)), ("initial_accumulator_value", .double(0)),
                ("foreach", .null), ("maximize", .bool(false)), ("differentiable", .bool(false)),
                ("fused", .null),
            ])
        for group in groups {
            try group.requireNonNegative(
                "lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps")
        }
        // PyTorch makes the sums at once, so that a parameter without gradients has one too.
        var number = 0
        for group in groups {
            for parameter in group.parameters {
                memory[number].step = 0
                _ = try Self.sum(of: parameter, group, &memory[number])
                number += 1
            }
        }
    }

    private static func sum(
        of parameter: Parameter, _ group: ParameterGroup, _ memory: inout Memory
    ) throws -> Tensor {
        try memory.tensor(
            "sum", shape: parameter.value.shape,
            filledWith: Float(group.double("initial_accumulator_value")), on: parameter)
    }

    package override var savesStep: Bool { true }

    package override func update(
        _ parameter: Parameter, _ gradient: Tensor, _ group: ParameterGroup, _ memory: inout Memory
    ) throws {
        let step = memory.countStep()
        let rate = group.learningRate / (1 + Double(step - 1) * group.double("lr_decay"))
        try parameter.value.take(
            .adagrad(
                rate: rate, epsilon: group.double("eps"),
                sum: Self.sum(of: parameter, group, &memory)),
            gradient: gradient, group.coupledDirection)
    }
}
