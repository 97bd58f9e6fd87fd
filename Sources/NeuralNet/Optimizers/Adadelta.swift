package import TensorCore

/// Gradients scaled by the ratio of the sizes of past changes and past gradients.
///
/// Source: `torch.optim.Adadelta`.
public final class Adadelta: Optimizer {
    /// The original's name.
    public override var typeName: String { "Adadelta" }

    /// Settings as PyTorch names them: `lr`, `rho`, `eps`, `weight_decay`, `maximize`.
    public init(_ groups: [ParameterGroup], options: [(String, OptionValue)] = []) throws {
        try super.init(
            groups: groups,
            defaults: options + [
                ("lr", .double(1)), ("rho", .double(0.9)), ("eps", .double(1e-6)),
                ("weight_decay", .double(0)), ("maximize", .bool(false)),
                ("capturable", .bool(false)), ("foreach", .null), ("differentiable", .bool(false)),
            ])
        for group in groups {
            try group.requireNonNegative("lr", "eps", "weight_decay")
            let rho = group.double("rho")
            guard 0...1 ~= rho else {
                throw OptionError(option: "rho", problem: "must be in [0, 1], got \(rho)")
            }
        }
    }

    package override var savesStep: Bool { true }

    package override func update(
        _ parameter: Parameter, _ gradient: Tensor, _ group: ParameterGroup, _ memory: inout Memory
    ) throws {
        memory.countStep()
        try parameter.value.take(
            .adadelta(
                rate: group.learningRate, rho: group.double("rho"), epsilon: group.double("eps"),
                square: memory.tensor("square_avg", like: parameter),
                changes: memory.tensor("acc_delta", like: parameter)),
            gradient: gradient, group.coupledDirection)
    }
}
