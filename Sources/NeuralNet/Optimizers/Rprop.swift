package import TensorCore

/// Steps of a size that grows while a gradient keeps its sign and shrinks when it turns.
///
/// Source: `torch.optim.Rprop`.
public final class Rprop: Optimizer {
    /// The original's name.
    public override var typeName: String { "Rprop" }

    /// Settings as PyTorch names them: `lr`, `etas`, `step_sizes`, `maximize`.
    public init(_ groups: [ParameterGroup], options: [(String, OptionValue)] = []) throws {
        try super.init(
            groups: groups,
            defaults: options + [
                ("lr", .double(1e-2)), ("etas", .pair(0.5, 1.2)), ("step_sizes", .pair(1e-6, 50)),
                ("foreach", .null), ("maximize", .bool(false)), ("differentiable", .bool(false)),
                ("capturable", .bool(false)),
            ])
        for group in groups {
            try group.requireNonNegative("lr")
            let (shrinking, growing) = group.pair("etas")
            guard 0 < shrinking, shrinking < 1, growing > 1 else {
                throw OptionError(
                    option: "etas",
                    problem:
                        "the first must be in (0, 1), the second above 1, got \(shrinking) and "
                        + "\(growing)")
            }
        }
    }

    package override var savesStep: Bool { true }

    package override func update(
        _ parameter: Parameter, _ gradient: Tensor, _ group: ParameterGroup, _ memory: inout Memory
    ) throws {
        memory.countStep()
        try parameter.value.take(
            .rprop(
                factors: group.pair("etas"), limits: group.pair("step_sizes"),
                previous: memory.tensor("prev", like: parameter),
                size: memory.tensor(
                    "step_size", shape: parameter.value.shape,
                    filledWith: Float(group.learningRate), on: parameter)),
            gradient: gradient, StepDirection(decay: 0, maximize: group.flag("maximize")))
    }
}
