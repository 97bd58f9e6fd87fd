import Foundation
package import TensorCore

/// Stochastic gradient descent with a fading rate, beside a running average of the parameters.
///
/// Source: `torch.optim.ASGD`; the average is only remembered, as there.
public final class ASGD: Optimizer {
    /// The original's name.
    public override var typeName: String { "ASGD" }

    /// Settings as PyTorch names them: `lr`, `lambd`, `alpha`, `t0`, `weight_decay`, `maximize`.
    public init(_ groups: [ParameterGroup], options: [(String, OptionValue)] = []) throws {
        try super.init(
            groups: groups,
            defaults: options + [
                ("lr", .double(1e-2)), ("lambd", .double(1e-4)), ("alpha", .double(0.75)),
                ("t0", .double(1e6)), ("weight_decay", .double(0)), ("foreach", .null),
                ("maximize", .bool(false)), ("differentiable", .bool(false)),
                ("capturable", .bool(false)),
            ])
        for group in groups { try group.requireNonNegative("lr", "weight_decay") }
    }

    package override var savesStep: Bool { true }

    package override func memoryShape(of name: String, _ parameter: Parameter) -> [Int] {
        name == "ax" ? parameter.value.shape : []
    }

    package override func update(
        _ parameter: Parameter, _ gradient: Tensor, _ group: ParameterGroup, _ memory: inout Memory
    ) throws {
        let step = Double(memory.countStep())
        let lambd = group.double("lambd")
        // Both are kept in single precision, as PyTorch keeps them, for the next step.
        let eta = try memory.tensor(
            "eta", shape: [], filledWith: Float(group.learningRate), on: parameter)
        let mu = try memory.tensor("mu", shape: [], filledWith: 1, on: parameter)
        let rate = Double(try eta.scalar())
        try parameter.value.take(
            .asgd(
                rate: rate, share: Double(mu.scalar()),
                average: memory.tensor("ax", like: parameter)),
            gradient: gradient,
            StepDirection(
                decay: group.double("weight_decay"), shrinkingBy: lambd * rate,
                maximize: group.flag("maximize")))
        let fading = pow(1 + lambd * group.learningRate * step, group.double("alpha"))
        try eta.fill(Float(group.learningRate / fading))
        try mu.fill(Float(1 / max(1, step - group.double("t0"))))
    }
}
