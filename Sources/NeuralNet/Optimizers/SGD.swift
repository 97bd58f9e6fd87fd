package import TensorCore

/// Stochastic gradient descent with momentum, Nesterov momentum, dampening and coupled weight decay.
///
/// Source: `torch.optim.SGD`.
public final class SGD: Optimizer {
    /// The original's name.
    public override var typeName: String { "SGD" }

    /// Settings as PyTorch names them: `lr`, `momentum`, `dampening`, `weight_decay`, `nesterov`, `maximize`.
    public init(_ groups: [ParameterGroup], options: [(String, OptionValue)] = []) throws {
        try super.init(
            groups: groups,
            defaults: options + [
                ("lr", .double(1e-3)), ("momentum", .double(0)), ("dampening", .double(0)),
                ("weight_decay", .double(0)), ("nesterov", .bool(false)),
                ("maximize", .bool(false)), ("foreach", .null), ("differentiable", .bool(false)),
                ("fused", .null),
            ])
        for group in groups {
            try group.requireNonNegative("lr", "momentum", "weight_decay")
            if group.flag("nesterov"),
                group.double("momentum") <= 0 || group.double("dampening") != 0
            {
                throw OptionError(
                    option: "nesterov",
                    problem: "nesterov needs a momentum above 0 and no dampening")
            }
        }
    }

    package override func update(
        _ parameter: Parameter, _ gradient: Tensor, _ group: ParameterGroup, _ memory: inout Memory
    ) throws {
        let momentum = group.double("momentum")
        let known = memory["momentum_buffer"]
        var buffer = momentum == 0 ? nil : known
        if momentum != 0 && known == nil {
            let zeros = try parameter.value.device.zeros(parameter.value.shape)
            memory.tensors = [("momentum_buffer", zeros)]
            buffer = zeros
        }
        try parameter.value.stepSGD(
            gradient: gradient, momentumBuffer: buffer, isFirst: known == nil,
            SGDStep(
                learningRate: Float(group.learningRate), momentum: Float(momentum),
                dampening: Float(group.double("dampening")),
                weightDecay: Float(group.double("weight_decay")),
                nesterov: group.flag("nesterov"), maximize: group.flag("maximize")))
    }
}
