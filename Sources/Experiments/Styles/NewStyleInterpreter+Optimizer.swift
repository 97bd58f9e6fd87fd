import ConfigCore
import NeuralNet
import WorkflowRunner

extension NewStyleInterpreter {
    static func wrapper(_ reader: inout ConfigReader) throws -> WrapperConfig? {
        guard let node = reader.node("optim_wrapper"), !node.isNull else { return nil }
        return try wrapper(node, at: "optim_wrapper")
    }

    /// What the config of a wrapper says, or that of several by name.
    static func wrapper(_ node: ConfigNode, at path: String) throws -> WrapperConfig {
        if let constructor = node["constructor"]?.unlessNull,
            constructor.string?.split(separator: ".").last != "DefaultOptimWrapperConstructor"
        {
            return WrapperConfig(
                paramwise: node["paramwise_cfg"]?.unlessNull, path: path,
                constructor: .init(
                    name: constructor,
                    config: node.removing("constructor").removing("paramwise_cfg")))
        }
        try checkWrapped(node, at: path)
        return try node.decode(at: path) { try wrapped(&$0) }
    }

    /// Finds optimizers without their wrapper, and several without what builds them.
    private static func checkWrapped(_ node: ConfigNode, at path: String) throws {
        guard node["optimizer"] == nil, let entries = node.mapping, !entries.isEmpty else { return }
        if let type = node["type"] {
            guard !wrapperTypes.contains(bareName(type.string ?? "")) else { return }
            let form = entries.map { "\"\($0.key)\": \(ConfigWriter.line($0.node, as: .json))" }
            throw ConfigError(
                at: node, path: path, problem: "an optimizer without its wrapper",
                remedy: "write {\"optimizer\": {\(form.joined(separator: ", "))}}")
        }
        let names = entries.filter { $0.node["optimizer"] != nil || $0.node["type"] != nil }
            .map(\.key)
        guard !names.isEmpty else { return }
        throw ConfigError(
            at: node, path: path,
            problem: "several optimizers (\(names.joined(separator: ", "))) need a constructor",
            remedy: "name one that is registered: \"MultiOptimWrapperConstructor\" gives each "
                + "part of the model that is named its own")
    }

    private static var wrapperTypes: Set<String> {
        ["OptimWrapper", "OptimizerWrapper", "AmpOptimWrapper", "AmpOptimizerWrapper"]
    }

    private static func bareName(_ type: String) -> String {
        type.split(separator: ".").last.map(String.init) ?? type
    }

    private static func wrapped(_ reader: inout ConfigReader) throws -> WrapperConfig {
        let type = try reader.value("type", default: "OptimWrapper")
        var wrapper = WrapperConfig(path: reader.path)
        let name = bareName(type)
        guard wrapperTypes.contains(name) else {
            throw reader.unknownComponent(
                "optimizer wrapper", type, among: ["OptimWrapper", "AmpOptimWrapper"])
        }
        if name.hasPrefix("Amp") { wrapper.stepping.scaler = try scaler(&reader) }
        wrapper.stepping.accumulation = try reader.value("accumulative_counts", default: 1)
        guard wrapper.stepping.accumulation > 0 else {
            throw reader.failure("accumulative_counts", "", expected: "a positive integer")
        }
        wrapper.stepping.clip = try reader.nested("clip_grad", GradientClip.readWrapped)
        reader.ignore("constructor")
        wrapper.optimizer = try reader.required("optimizer")
        wrapper.paramwise = try reader.optional("paramwise_cfg")
        if name.hasSuffix("OptimizerWrapper") {
            wrapper.notes = [
                "\(reader.path(to: "type")): \(name) is the name of early versions; write "
                    + name.replacing("OptimizerWrapper", with: "OptimWrapper")
            ]
        }
        return wrapper
    }

    private static func scaler(_ reader: inout ConfigReader) throws -> LossScaler {
        let scaler = try LossScaler.read("loss_scale", from: &reader, default: LossScaler())
        let number = try reader.optional("dtype", as: String.self)
        guard number == nil || number == "float16" || number == "bfloat16" else {
            throw reader.failure("dtype", "", expected: "\"float16\" or \"bfloat16\"")
        }
        guard try !reader.value("use_fsdp", default: false) else {
            throw reader.failure("use_fsdp", "not supported", remedy: "leave it out")
        }
        return scaler
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
