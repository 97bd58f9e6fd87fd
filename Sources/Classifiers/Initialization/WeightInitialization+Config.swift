public import ConfigCore
import Foundation
import NeuralNet

extension WeightInitialization: ConfigDecodable {
    /// Reads one step or a list of them.
    public init(config node: ConfigNode, at path: String) throws {
        switch node.value {
        case .null: self.init()
        case .list, .tuple: self.init(steps: try [Step](config: node, at: path))
        default:
            switch try Step(config: node, at: path) {
            case .load(let weights): self.init(weights)
            case .draw(let rule): self.init([rule])
            }
        }
    }

    /// Warns of rules that speak of no layer of the module they were written for.
    func warnOfUnused(in module: any Module, at place: ConfigReader, _ context: BuildContext) {
        guard let node = place.node["init_cfg"] else { return }
        let modules = module.namedModules().map(\.module)
        let members = module.members.entries.map(\.name)
        for override in rules.flatMap(\.overrides) where !members.contains(override.name) {
            context.warn(
                ConfigIssue(
                    at: node, path: place.path(to: "init_cfg"),
                    problem: "override initialises nothing, there is no \(override.name) in "
                        + "\(type(of: module))"))
        }
        for (position, step) in steps.enumerated() {
            guard case .draw(let rule) = step, !rule.layers.isEmpty,
                !modules.contains(where: rule.covers)
            else {
                continue
            }
            let isList = node.list != nil
            context.warn(
                ConfigIssue(
                    at: node[position] ?? node,
                    path: place.path(to: "init_cfg") + (isList ? "[\(position)]" : ""),
                    problem: "initialises nothing, there is no "
                        + rule.layers.joined(separator: " or ") + " in \(type(of: module))"))
        }
    }
}

extension WeightInitialization.Step: ConfigDecodable {
    /// Reads `type` and the keys of that type.
    public init(config node: ConfigNode, at path: String) throws {
        guard node["type"]?.string == "Pretrained" else {
            self = .draw(try WeightInitialization.Rule(config: node, at: path))
            return
        }
        self = .load(
            try node.decode(at: path) { reader in
                // Tensors have one place to be.
                reader.ignore("type", "map_location")
                return PretrainedWeights(
                    try reader.required("checkpoint"), prefix: try reader.optional("prefix"))
            })
    }
}

extension WeightInitialization.Rule: ConfigDecodable {
    /// Reads `type`, the keys of that type, `bias` or `bias_prob`, and `layer`.
    public init(config node: ConfigNode, at path: String) throws {
        self = try node.decode(at: path) { reader in
            let weight = try Self.initializer(&reader)
            let layers = try Self.layers(&reader)
            try Self.check(layers, weight, &reader)
            var rule = Self(weight, bias: try Self.bias(&reader), layers: layers)
            rule.overrides = try Self.overrides(&reader, rule)
            guard !layers.isEmpty || !rule.overrides.isEmpty else {
                throw reader.failure(
                    nil, "names no layer and so initialises nothing", remedy: "add \"layer\"")
            }
            return rule
        }
    }

    private static func check(
        _ layers: [String], _ weight: Initializer, _ reader: inout ConfigReader
    ) throws {
        guard let kind = layers.first(where: { $0.contains("Norm") }), weight.needsTwoDimensions
        else { return }
        throw reader.failure(
            "layer",
            "\(reader.node["type"]?.string ?? "") needs weights of two dimensions or more, \(kind) has one",
            remedy: "use Constant")
    }

    /// Reads `override`: one member with what it gets, or a list of them.
    ///
    /// One that names nothing else gets what the rule's layers get.
    private static func overrides(_ reader: inout ConfigReader, _ rule: Self) throws
        -> [WeightInitialization.Override]
    {
        guard let node = reader.node("override"), !node.isNull else { return [] }
        let path = reader.path(to: "override")
        let entries = node.list.map { list in
            list.enumerated().map { ($0.element, "\(path)[\($0.offset)]") }
        }
        return try (entries ?? [(node, path)]).map { entry, path in
            try entry.decode(at: path) { reader in
                let name: String = try reader.required("name")
                guard (entry.mapping?.count ?? 0) > 1 else {
                    return WeightInitialization.Override(name, rule.weight, bias: rule.bias)
                }
                return WeightInitialization.Override(
                    name, try initializer(&reader), bias: try bias(&reader))
            }
        }
    }

    private static let types = [
        "Constant", "Normal", "Uniform", "TruncNormal", "Xavier", "Kaiming", "Caffe2Xavier",
        "Pretrained",
    ]

    private static func initializer(_ reader: inout ConfigReader) throws -> Initializer {
        let type: String = try reader.required("type")
        switch type {
        case "Constant": return .constant(try reader.required("val"))
        case "Normal":
            return .normal(
                mean: try reader.value("mean", default: 0),
                deviation: try reader.nonNegative("std", default: 1))
        case "Uniform":
            let low = try reader.value("a", default: 0.0)
            let high = try reader.value("b", default: 1.0)
            guard low <= high else {
                throw reader.failure("a", "", expected: "a number up to b, which is \(high)")
            }
            return .uniform(low: low, high: high)
        case "Xavier":
            return .xavier(
                gain: try reader.value("gain", default: 1),
                distribution: try distribution(&reader))
        case "Kaiming":
            let mode = try reader.choice(
                "mode", default: Initializer.FanMode.fanOut, among: [.fanIn, .fanOut])
            return .kaiming(
                slope: try slope(&reader), mode: mode, distribution: try distribution(&reader))
        case "Caffe2Xavier": return .kaiming(slope: 1, mode: .fanIn, distribution: .uniform)
        case "TruncNormal":
            return .truncatedNormal(
                mean: try reader.value("mean", default: 0),
                deviation: try reader.nonNegative("std", default: 1),
                low: try reader.value("a", default: -2), high: try reader.value("b", default: 2))
        default:
            throw reader.unknown("type", type, kind: "initializer", among: types)
        }
    }

    private static func distribution(_ reader: inout ConfigReader) throws
        -> Initializer.Distribution
    {
        try reader.choice("distribution", default: .normal, among: [.normal, .uniform])
    }

    /// PyTorch's gain for a nonlinearity is that of a leaky rectifier of some slope.
    private static func slope(_ reader: inout ConfigReader) throws -> Double {
        let slope = try reader.value("a", default: 0.0)
        let nonlinearity = try reader.value("nonlinearity", default: "relu")
        switch nonlinearity {
        case "relu": return 0
        case "leaky_relu": return slope
        case "linear": return 1
        default:
            throw reader.unknown(
                "nonlinearity", nonlinearity, kind: "nonlinearity",
                among: ["relu", "leaky_relu", "linear"])
        }
    }

    private static func bias(_ reader: inout ConfigReader) throws -> Double {
        let bias = try reader.value("bias", default: 0.0)
        guard let probability = try reader.optional("bias_prob", as: Double.self) else {
            return bias
        }
        guard probability > 0, probability < 1 else {
            throw reader.failure("bias_prob", "", expected: "a number between 0 and 1")
        }
        return -log((1 - probability) / probability)
    }

    private static let layerTypes = [
        "Linear", "_ConvNd", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose2d", "_BatchNorm",
        "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "SyncBatchNorm", "GroupNorm", "LayerNorm",
        "_InstanceNorm", "InstanceNorm2d",
    ]

    private static func layers(_ reader: inout ConfigReader) throws -> [String] {
        guard let node = reader.node("layer"), !node.isNull else { return [] }
        let path = reader.path(to: "layer")
        let names =
            try node.string.map { [$0] } ?? [String](config: node, at: path)
        for name in names where !layerTypes.contains(name) {
            throw reader.unknown("layer", name, kind: "layer", among: layerTypes)
        }
        return names
    }
}

extension Initializer {
    fileprivate var needsTwoDimensions: Bool {
        switch self {
        case .kaiming, .xavier: true
        case .constant, .normal, .uniform, .truncatedNormal: false
        }
    }
}
