package import TensorCore

/// Gradients divided by the root of the running mean of their squares.
///
/// Source: `torch.optim.RMSprop`.
public final class RMSprop: Optimizer {
    /// The original's name.
    public override var typeName: String { "RMSprop" }

    /// Settings as PyTorch names them: `lr`, `alpha`, `eps`, `weight_decay`, `momentum`, `centered`, `maximize`.
    public init(_ groups: [ParameterGroup], options: [(String, OptionValue)] = []) throws {
        try super.init(
            groups: groups,
            defaults: options + [
                ("lr", .double(1e-2)), ("momentum", .double(0)), ("alpha", .double(0.99)),
                ("eps", .double(1e-8)), ("centered", .bool(false)), ("weight_decay", .double(0)),
                ("capturable", .bool(false)), ("foreach", .null), ("maximize", .bool(false)),
                ("differentiable", .bool(false)),
            ])
        for group in groups {
            try group.requireNonNegative("lr", "eps", "momentum", "weight_decay", "alpha")
        }
    }

    package override var savesStep: Bool { true }

    package override func update(
        _ parameter: Parameter, _ gradient: Tensor, _ group: ParameterGroup, _ memory: inout Memory
    ) throws {
        memory.countStep()
        let momentum = group.double("momentum")
        let square = try memory.tensor("square_avg", like: parameter)
        let buffer =
            momentum > 0 ? try memory.tensor("momentum_buffer", like: parameter) : nil
        let average =
            group.flag("centered") ? try memory.tensor("grad_avg", like: parameter) : nil
        try parameter.value.take(
            .rmsProp(
                rate: group.learningRate, alpha: group.double("alpha"),
                epsilon: group.double("eps"), momentum: momentum, square: square, average: average,
                momentumBuffer: buffer),
            gradient: gradient, group.coupledDirection)
    }
}
