import ConfigCore
import NeuralNet
import WorkflowRunner

extension NewStyleInterpreter {
    /// What `optim_wrapper` says: the optimizer as legacy configs write it, and how it steps.
    struct Wrapper {
        let optimizer: ConfigNode
        let path: String
        var stepping: Experiment.Stepping
        var notes: [String] = []

        /// Takes over the clipping of the hook that stepped in early versions of MMEngine.
        ///
        /// Errors: throws `ConfigError` where both say how to clip.
        mutating func adoptOldHook(from hooks: inout [Experiment.ListedHook]) throws -> [String] {
            let path = "default_hooks.optimizer"
            guard let place = hooks.firstIndex(where: { $0.path == path }) else { return [] }
            let hook = hooks[place].config
            guard hook["type"]?.string?.split(separator: ".").last == "OptimizerHook" else {
                return []
            }
            hooks.remove(at: place)
            let clip = try hook.removing("priority").decode(at: path) { reader in
                reader.ignore("type")
                if reader.node["grad_clip"]?.bool == false { reader.ignore("grad_clip") }
                return reader.readKeys.contains("grad_clip")
                    ? nil : try reader.nested("grad_clip", GradientClip.read)
            }
            guard clip == nil || stepping.clip == nil else {
                throw ConfigError(
                    at: hook, path: "\(path).grad_clip", problem: "given beside clip_grad",
                    remedy: "keep optim_wrapper.clip_grad")
            }
            stepping.clip = clip ?? stepping.clip
            return [
                "default_hooks.optimizer: OptimizerHook is the name of early versions; write "
                    + "optim_wrapper.clip_grad"
            ]
        }

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
        let isOld = name.hasSuffix("OptimizerWrapper")
        let note =
            "optim_wrapper.type: \(name) is the name of early versions; write "
            + name.replacing("OptimizerWrapper", with: "OptimWrapper")
        return Wrapper(
            optimizer: optimizer, path: reader.path(to: "optimizer"), stepping: stepping,
            notes: isOld ? [note] : [])
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
