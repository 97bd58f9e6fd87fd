import Foundation
package import TensorCore

/// Gradients divided by the root of their mean squares, of which only means over rows and columns are
/// remembered.
///
/// Source: `torch.optim.Adafactor`.
public final class Adafactor: Optimizer {
    /// The original's name.
    public override var typeName: String { "Adafactor" }

    /// Settings as PyTorch names them: `lr`, `beta2_decay`, `eps` (the first may be null), `d`,
    /// `weight_decay`, `maximize`.
    public init(_ groups: [ParameterGroup], options: [(String, OptionValue)] = []) throws {
        try super.init(
            groups: groups,
            defaults: options + [
                ("lr", .double(1e-2)), ("beta2_decay", .double(-0.8)),
                ("eps", .tuple([.null, .double(1e-3)])), ("d", .double(1)),
                ("weight_decay", .double(0)), ("foreach", .null), ("maximize", .bool(false)),
            ])
        for group in groups {
            try group.requireNonNegative("lr", "weight_decay")
            let decay = group.double("beta2_decay")
            guard decay <= 0 else {
                throw OptionError(
                    option: "beta2_decay", problem: "must not be positive, got \(decay)")
            }
            let threshold = group.double("d")
            guard threshold >= 1 else {
                throw OptionError(option: "d", problem: "must be at least 1, got \(threshold)")
            }
            let (first, second) = Self.epsilons(group)
            guard first >= 0, second >= 0 else {
                throw OptionError(
                    option: "eps", problem: "must not be negative, got \(first) and \(second)")
            }
        }
    }

    /// The least root of a mean square, and the least size of a parameter that counts.
    private static func epsilons(_ group: ParameterGroup) -> (Double, Double) {
        if case .tuple(let parts) = group["eps"], parts.count == 2 {
            return (parts[0].number ?? Double(Float.ulpOfOne), parts[1].number ?? 0)
        }
        return group.pair("eps")
    }

    package override var savesStep: Bool { true }

    package override func memoryShape(of name: String, _ parameter: Parameter) -> [Int] {
        var shape = parameter.value.shape
        if name == "row_var", let last = shape.indices.last { shape[last] = 1 }
        if name == "col_var", shape.count > 1 { shape[shape.count - 2] = 1 }
        return shape
    }

    package override func update(
        _ parameter: Parameter, _ gradient: Tensor, _ group: ParameterGroup, _ memory: inout Memory
    ) throws {
        let number = memory.countStep()
        func mean(_ name: String) throws -> Tensor {
            try memory.tensor(
                name, shape: memoryShape(of: name, parameter), filledWith: 0, on: parameter)
        }
        let (epsilon, leastScale) = Self.epsilons(group)
        let rate = group.learningRate
        try parameter.value.stepAdafactor(
            gradient: gradient,
            means: parameter.value.shape.count > 1
                ? .factored(row: mean("row_var"), column: mean("col_var"))
                : .whole(mean("variance")),
            number: number,
            AdafactorStep(
                largestRate: rate, leastScale: leastScale, threshold: group.double("d"),
                share: pow(Double(number), group.double("beta2_decay")), epsilon: epsilon,
                shrink: 1 - rate * group.double("weight_decay"), maximize: group.flag("maximize")))
    }
}
