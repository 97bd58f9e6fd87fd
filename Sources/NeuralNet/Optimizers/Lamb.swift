import Foundation
package import TensorCore

/// Adam whose step in each parameter is as large as the parameter's own size allows.
///
/// Source: `Lamb` of MMClassification 0.x, which counts steps by group.
public final class Lamb: Optimizer {
    private let largestNorm: Double
    private var gradientDivisor = 1.0

    /// The original's name.
    public override var typeName: String { "Lamb" }

    /// Settings under the original's names: `lr`, `bias_correction`, `betas`, `eps`, `weight_decay`,
    /// `grad_averaging`, `max_grad_norm`, `trust_clip`, `always_adapt`.
    public init(_ groups: [ParameterGroup], options: [(String, OptionValue)] = []) throws {
        // The original looks at what it was made with, not at what a group may say later.
        largestNorm = options.first { $0.0 == "max_grad_norm" }?.1.number ?? 1
        try super.init(
            groups: groups,
            defaults: options + [
                ("lr", .double(1e-3)), ("bias_correction", .bool(true)),
                ("betas", .pair(0.9, 0.999)), ("eps", .double(1e-6)),
                ("weight_decay", .double(0.01)), ("grad_averaging", .bool(true)),
                ("max_grad_norm", .double(1)), ("trust_clip", .bool(false)),
                ("always_adapt", .bool(false)),
            ])
    }

    /// Scales all gradients by their joint norm, then changes every parameter that has one.
    public override func step() throws {
        var squares = 0.0
        for parameter in parameters {
            guard let gradient = parameter.gradient else { continue }
            let norm = try gradient.norm(order: 2)
            squares += norm * norm
        }
        let norm = squares.squareRoot()
        gradientDivisor = norm > largestNorm ? norm / largestNorm : 1
        for group in groups { group["step"] = .int(Int(group.double("step")) + 1) }
        try super.step()
    }

    package override func update(
        _ parameter: Parameter, _ gradient: Tensor, _ group: ParameterGroup, _ memory: inout Memory
    ) throws {
        let (beta1, beta2) = group.betas
        let step = group.double("step")
        let corrects = group.flag("bias_correction")
        let decay = group.double("weight_decay")
        try parameter.value.stepLamb(
            gradient: gradient, average: memory.tensor("exp_avg", like: parameter),
            square: memory.tensor("exp_avg_sq", like: parameter),
            LambStep(
                rate: group.learningRate, gradientDivisor: gradientDivisor, betas: group.betas,
                taken: group.flag("grad_averaging") ? 1 - beta1 : 1,
                corrections: corrects ? (1 - pow(beta1, step), 1 - pow(beta2, step)) : (1, 1),
                epsilon: group.double("eps"), decay: decay,
                adapts: decay != 0 || group.flag("always_adapt"),
                clipsTrust: group.flag("trust_clip")))
    }
}
