public import ConfigCore
public import NeuralNet

/// The parameter groups an optimizer is built for, handed to its factory.
public struct OptimizerParameters {
    /// The groups, with the settings of their own that parameter-wise rules gave them.
    public let groups: [ParameterGroup]

    /// Groups for a factory.
    public init(_ groups: [ParameterGroup]) { self.groups = groups }
}

extension Registry<Optimizer> {
    /// The optimizers this program brings, by the names configs use.
    public static func standardOptimizers() -> Registry<Optimizer> {
        var registry = Registry<Optimizer>("optimizer")
        for form in OptimizerForm.all {
            registry.register(form.name) { try form.build(&$0, $1) }
        }
        return registry
    }
}

extension OptimizerForm {
    private static let adam = ["lr", "eps", "weight_decay"]
    private static let choices = ["foreach", "capturable", "differentiable"]

    /// Those of `torch.optim`, and `Lamb` of MMClassification.
    fileprivate static var all: [OptimizerForm] {
        [
            OptimizerForm(
                name: "SGD", numbers: ["lr", "momentum", "dampening", "weight_decay"],
                flags: ["nesterov", "maximize"],
                implementation: ["foreach", "differentiable", "fused"]
            ) { try SGD($0, options: $1) },
            OptimizerForm(
                name: "Adam", numbers: adam,
                flags: ["amsgrad", "maximize", "decoupled_weight_decay"], pairs: ["betas"],
                implementation: choices + ["fused"]
            ) { try Adam($0, options: $1) },
            OptimizerForm(
                name: "AdamW", numbers: adam, flags: ["amsgrad", "maximize"], pairs: ["betas"],
                implementation: choices + ["fused"]
            ) { try AdamW($0, options: $1) },
            OptimizerForm(
                name: "RMSprop", numbers: adam + ["alpha", "momentum"],
                flags: ["centered", "maximize"], implementation: choices
            ) { try RMSprop($0, options: $1) },
            OptimizerForm(
                name: "Adagrad", numbers: adam + ["lr_decay", "initial_accumulator_value"],
                flags: ["maximize"], implementation: ["foreach", "differentiable", "fused"]
            ) { try Adagrad($0, options: $1) },
            OptimizerForm(
                name: "Adadelta", numbers: adam + ["rho"], flags: ["maximize"],
                implementation: choices
            ) { try Adadelta($0, options: $1) },
            OptimizerForm(
                name: "Adamax", numbers: adam, flags: ["maximize"], pairs: ["betas"],
                implementation: choices
            ) { try Adamax($0, options: $1) },
            OptimizerForm(
                name: "NAdam", numbers: adam + ["momentum_decay"],
                flags: ["decoupled_weight_decay", "maximize"], pairs: ["betas"],
                implementation: choices
            ) { try NAdam($0, options: $1) },
            OptimizerForm(
                name: "RAdam", numbers: adam, flags: ["decoupled_weight_decay", "maximize"],
                pairs: ["betas"], implementation: choices
            ) { try RAdam($0, options: $1) },
            OptimizerForm(
                name: "ASGD", numbers: ["lr", "lambd", "alpha", "t0", "weight_decay"],
                flags: ["maximize"], implementation: choices
            ) { try ASGD($0, options: $1) },
            OptimizerForm(
                name: "Rprop", numbers: ["lr"], flags: ["maximize"], pairs: ["etas", "step_sizes"],
                implementation: choices
            ) { try Rprop($0, options: $1) },
            OptimizerForm(
                name: "Adafactor", numbers: ["lr", "beta2_decay", "d", "weight_decay"],
                flags: ["maximize"], nullablePairs: ["eps"], implementation: ["foreach"]
            ) { try Adafactor($0, options: $1) },
            OptimizerForm(
                name: "Lamb", numbers: adam + ["max_grad_norm"],
                flags: ["bias_correction", "grad_averaging", "trust_clip", "always_adapt"],
                pairs: ["betas"]
            ) { try Lamb($0, options: $1) },
        ]
    }

    /// Why an optimizer of PyTorch's cannot train here; nil where the name is none of those.
    static func refusal(of name: String) -> String? {
        switch name {
        case "LBFGS":
            "LBFGS evaluates the loss several times a step, and a runner evaluates each batch once"
        case "SparseAdam":
            "SparseAdam takes sparse gradients only, and all gradients here are dense"
        case "Muon": "Muon steps matrices only, and convolutions and biases are none"
        default: nil
        }
    }
}
