import ConfigCore
import NeuralNet
import WorkflowRunner

extension NewStyleInterpreter {
    /// What `optim_wrapper` says: the optimizer as legacy configs write it, and how it steps.
    struct Wrapper {
        let optimizer: ConfigNode
        let path: String
        let stepping: Experiment.Stepping

        /// Stands for a wrapper that is built already.
        static var built: Wrapper {
            Wrapper(optimizer: [:], path: "optim_wrapper", stepping: Experiment.Stepping())
        }
    }

    static func wrapper(_ reader: inout ConfigReader) throws -> Wrapper? {
        guard let node = reader.node("optim_wrapper"), !node.isNull else { return nil }
        if node["optimizer"] == nil, node["type"] != nil, let entries = node.mapping {
            let form = entries.map { "\"\($0.key)\": \(ConfigWriter.line($0.node, as: .json))" }
            throw reader.failure(
                "optim_wrapper", "an optimizer without its wrapper",
                remedy: "write {\"optimizer\": {\(form.joined(separator: ", "))}}")
        }
        return try reader.nested("optim_wrapper", wrapped)
    }

    private static func wrapped(_ reader: inout ConfigReader) throws -> Wrapper {
        let type = try reader.value("type", default: "OptimWrapper")
        var stepping = Experiment.Stepping()
        let name = type.split(separator: ".").last.map(String.init) ?? type
        switch name {
        case "OptimWrapper", "OptimizerWrapper": break
        case "AmpOptimWrapper", "AmpOptimizerWrapper":
            stepping.scaler = try LossScaler.read(
                "loss_scale", from: &reader, default: LossScaler())
            let number = try reader.optional("dtype", as: String.self)
            guard number == nil || number == "float16" || number == "bfloat16" else {
                throw reader.failure("dtype", "", expected: "\"float16\" or \"bfloat16\"")
            }
            guard try !reader.value("use_fsdp", default: false) else {
                throw reader.failure("use_fsdp", "not supported", remedy: "leave it out")
            }
        default:
            throw reader.failure(
                "type", "\"\(type)\" is not a known optimizer wrapper",
                remedy: "known: OptimWrapper, AmpOptimWrapper")
        }
        stepping.accumulation = try reader.value("accumulative_counts", default: 1)
        guard stepping.accumulation > 0 else {
            throw reader.failure("accumulative_counts", "", expected: "a positive integer")
        }
        stepping.clip = try reader.nested("clip_grad", GradientClip.readWrapped)
        if let constructor = try reader.optional("constructor", as: String.self),
            constructor.split(separator: ".").last != "DefaultOptimWrapperConstructor"
        {
            throw reader.failure(
                "constructor", "\"\(constructor)\" is not a known constructor",
                remedy: "known: DefaultOptimWrapperConstructor")
        }
        var optimizer: ConfigNode = try reader.required("optimizer")
        if let rules: ConfigNode = try reader.optional("paramwise_cfg") {
            optimizer = optimizer.setting("paramwise_cfg", to: rules)
        }
        return Wrapper(
            optimizer: optimizer, path: reader.path(to: "optimizer"), stepping: stepping)
    }
}

extension GradientClip {
    /// Reads `clip_grad`: the arguments of `clip_grad_norm_`, or of `clip_grad_value_` for the type `value`.
    fileprivate static func readWrapped(_ reader: inout ConfigReader) throws -> GradientClip {
        switch try reader.value("type", default: "norm") {
        case "norm": return try read(&reader)
        case "value": return .value(maximum: try reader.required("clip_value"))
        default: throw reader.failure("type", "", expected: "\"norm\" or \"value\"")
        }
    }
}
