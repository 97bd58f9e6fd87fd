public import ConfigCore
public import NeuralNet
import TensorCore

/// How `paramwise_cfg` gives parameters settings of their own.
///
/// Source: `DefaultOptimizerConstructor` of MMCV, rule for rule.
public struct ParamwiseRules: Sendable {
    /// What the rules look at in a parameter.
    public struct Place: Sendable {
        /// The full name of the module it belongs to; empty for the root.
        public var module: String
        /// Its name in the module, such as `weight`.
        public var name: String
        /// Whether the module normalises.
        public var isNormalization: Bool
        /// Whether the module is a convolution with as many groups as input channels.
        public var isDepthwise: Bool
        /// Whether it is trained.
        public var isTrained: Bool

        /// Describes a parameter.
        public init(
            module: String, name: String, isNormalization: Bool, isDepthwise: Bool, isTrained: Bool
        ) {
            self.module = module
            self.name = name
            self.isNormalization = isNormalization
            self.isDepthwise = isDepthwise
            self.isTrained = isTrained
        }
    }

    private struct CustomKey: Sendable {
        let key: String
        let rate: Double
        let decay: Double
    }

    private let customKeys: [CustomKey]
    private let biasRate: Double
    private let biasDecay: Double
    private let normDecay: Double
    private let depthwiseDecay: Double
    /// Whether a parameter met again is left out instead of being an error.
    public let bypassesDuplicates: Bool
    /// Keys that mean nothing, as the original ignores them.
    public let warnings: [ConfigIssue]

    /// Reads `paramwise_cfg`; `hasDecay` tells whether the optimizer's config sets `weight_decay`.
    ///
    /// Errors: throws `ConfigError` for a factor on a weight decay that is not set, and for a misspelt key.
    public init(_ node: ConfigNode, at path: String, hasDecay: Bool) throws {
        self = try node.decode(at: path) { try ParamwiseRules(&$0, hasDecay: hasDecay) }
    }

    private init(_ reader: inout ConfigReader, hasDecay: Bool) throws {
        func requireDecay(_ reader: ConfigReader, _ key: String) throws {
            guard !hasDecay, reader.has(key) else { return }
            throw reader.failure(
                key, "the optimizer has no weight_decay to multiply",
                remedy: "set optimizer.weight_decay")
        }
        var keys: [CustomKey] = []
        var warnings: [ConfigIssue] = []
        try reader.nested("custom_keys") { custom in
            for name in custom.unreadKeys {
                let entry = try custom.nested(name) { entry in
                    try requireDecay(entry, "decay_mult")
                    let key = CustomKey(
                        key: name, rate: try entry.value("lr_mult", default: 1),
                        decay: try entry.value("decay_mult", default: 1))
                    warnings += Self.ignoredKeys(&entry, known: ["lr_mult", "decay_mult"])
                    return key
                }
                keys.append(entry ?? CustomKey(key: name, rate: 1, decay: 1))
            }
        }
        for key in ["bias_decay_mult", "norm_decay_mult", "dwconv_decay_mult"] {
            try requireDecay(reader, key)
        }
        // The longest key wins; among equally long ones the first by alphabet.
        customKeys = keys.sorted {
            let (a, b) = ($0.key.unicodeScalars.count, $1.key.unicodeScalars.count)
            return a == b ? $0.key < $1.key : a > b
        }
        biasRate = try reader.value("bias_lr_mult", default: 1)
        biasDecay = try reader.value("bias_decay_mult", default: 1)
        normDecay = try reader.value("norm_decay_mult", default: 1)
        depthwiseDecay = try reader.value("dwconv_decay_mult", default: 1)
        bypassesDuplicates = try reader.value("bypass_duplicate", default: false)
        // For deformable convolutions, of which there are none.
        reader.ignore("dcn_offset_lr_mult")
        warnings += Self.ignoredKeys(&reader, known: reader.readKeys.sorted())
        self.warnings = warnings
    }

    /// Takes unknown keys that are no misspelling; those stay unread, which is an error.
    private static func ignoredKeys(_ reader: inout ConfigReader, known: [String]) -> [ConfigIssue]
    {
        var issues: [ConfigIssue] = []
        for key in reader.unreadKeys {
            guard known.allSatisfy({ Spelling.editDistance(key, $0) > 2 }),
                let node = reader.node(key)
            else { continue }
            issues.append(
                ConfigIssue(
                    at: node, pointingAt: .key, path: reader.path(to: key),
                    problem: "unknown key, ignored as MMCV ignores it",
                    remedy: "known: \(known.joined(separator: ", "))"))
        }
        return issues
    }

    /// Whether a parameter's learning rate is the optimizer's times a factor.
    public func setsRate(of place: Place) -> Bool {
        !options(for: place, rate: 1, decay: nil).isEmpty
    }

    /// The settings a parameter gets of its own; the optimizer's hold for the rest.
    public func options(for place: Place, rate: Double, decay: Double?) -> [(String, OptionValue)] {
        guard place.isTrained else { return [] }
        let fullName = "\(place.module).\(place.name)"
        if let custom = customKeys.first(where: { fullName.contains($0.key) }) {
            return [("lr", .double(rate * custom.rate))]
                + (decay.map { [("weight_decay", .double($0 * custom.decay))] } ?? [])
        }
        var options: [(String, OptionValue)] = []
        let isBias = place.name == "bias"
        if isBias && !place.isNormalization { options.append(("lr", .double(rate * biasRate))) }
        if let decay {
            if place.isNormalization {
                options.append(("weight_decay", .double(decay * normDecay)))
            } else if place.isDepthwise {
                options.append(("weight_decay", .double(decay * depthwiseDecay)))
            } else if isBias {
                options.append(("weight_decay", .double(decay * biasDecay)))
            }
        }
        return options
    }
}

extension Module {
    /// Every parameter as the parameter-wise rules see it, in their order.
    func parameterPlaces() -> [(place: ParamwiseRules.Place, parameter: Parameter)] {
        namedModules().flatMap { named in
            named.module.members.entries.compactMap { name, member in
                guard case .parameter(let parameter) = member else { return nil }
                let convolution = named.module as? Conv2d
                let place = ParamwiseRules.Place(
                    module: named.name, name: name,
                    isNormalization: named.module is BatchNorm2d,
                    // As many groups as input channels: one channel a group.
                    isDepthwise: convolution?.weight.value.shape[1] == 1,
                    isTrained: parameter.requiresGradient)
                return (place, parameter)
            }
        }
    }
}
