public import ConfigCore
public import NeuralNet
import TensorCore

/// How `paramwise_cfg` gives parameters settings of their own.
///
/// Source: `DefaultOptimizerConstructor` of MMCV and `DefaultOptimWrapperConstructor` of MMEngine, rule for
/// rule: the latter leaves alone what no key names, sets biases before depth-wise convolutions, has
/// `flat_decay_mult`, leaves out what is not trained, and keeps the keys of `custom_keys` in the groups.
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
        /// Whether it has one dimension.
        public var isFlat: Bool

        /// Describes a parameter.
        public init(
            module: String, name: String, isNormalization: Bool, isDepthwise: Bool, isTrained: Bool,
            isFlat: Bool = false
        ) {
            self.module = module
            self.name = name
            self.isNormalization = isNormalization
            self.isDepthwise = isDepthwise
            self.isTrained = isTrained
            self.isFlat = isFlat
        }
    }

    private struct CustomKey: Sendable {
        let key: String
        let rate: Double
        let decay: Double
        /// What the group keeps beside rate and decay.
        let kept: [(String, OptionValue)]
    }

    private let customKeys: [CustomKey]
    private let biasRate: Double?
    private let biasDecay: Double?
    private let normDecay: Double?
    private let depthwiseDecay: Double?
    private let flatDecay: Double?
    private let style: ConfigStyle
    /// Whether a parameter met again is left out instead of being an error.
    public let bypassesDuplicates: Bool
    /// Keys that mean nothing, as the original ignores them.
    public let warnings: [ConfigIssue]

    /// Reads `paramwise_cfg`; `hasDecay` tells whether the optimizer's config sets `weight_decay`.
    ///
    /// Errors: throws `ConfigError` for a factor on a weight decay that is not set, and for a misspelt key.
    public init(
        _ node: ConfigNode, at path: String, hasDecay: Bool, style: ConfigStyle = .legacy
    ) throws {
        self = try node.decode(at: path) {
            try ParamwiseRules(&$0, hasDecay: hasDecay, style)
        }
    }

    private init(_ reader: inout ConfigReader, hasDecay: Bool, _ style: ConfigStyle) throws {
        func requireDecay(_ reader: ConfigReader, _ key: String) throws {
            guard !hasDecay, reader.has(key) else { return }
            throw reader.failure(
                key, "the optimizer has no weight_decay to multiply",
                remedy: style == .legacy
                    ? "set optimizer.weight_decay" : "set optim_wrapper.optimizer.weight_decay")
        }
        var keys: [CustomKey] = []
        var warnings: [ConfigIssue] = []
        try reader.nested("custom_keys") { custom in
            for name in custom.unreadKeys {
                let entry = try custom.nested(name) { entry in
                    try requireDecay(entry, "decay_mult")
                    let rate = try entry.value("lr_mult", default: 1.0)
                    let decay = try entry.value("decay_mult", default: 1.0)
                    if style == .legacy {
                        warnings += Self.ignoredKeys(&entry, known: ["lr_mult", "decay_mult"])
                    }
                    return CustomKey(
                        key: name, rate: rate, decay: decay,
                        kept: style == .new ? try Self.settings(&entry) : [])
                }
                keys.append(entry ?? CustomKey(key: name, rate: 1, decay: 1, kept: []))
            }
        }
        let decays = ["bias_decay_mult", "norm_decay_mult", "dwconv_decay_mult", "flat_decay_mult"]
        for key in decays where style == .new || key != "flat_decay_mult" {
            try requireDecay(reader, key)
        }
        // The longest key wins; among equally long ones the first by alphabet.
        customKeys = keys.sorted {
            let (a, b) = ($0.key.unicodeScalars.count, $1.key.unicodeScalars.count)
            return a == b ? $0.key < $1.key : a > b
        }
        biasRate = try reader.optional("bias_lr_mult")
        biasDecay = try reader.optional("bias_decay_mult")
        normDecay = try reader.optional("norm_decay_mult")
        depthwiseDecay = try reader.optional("dwconv_decay_mult")
        flatDecay = style == .new ? try reader.optional("flat_decay_mult") : nil
        self.style = style
        bypassesDuplicates = try reader.value("bypass_duplicate", default: false)
        // For deformable convolutions, of which there are none.
        reader.ignore("dcn_offset_lr_mult")
        warnings += Self.ignoredKeys(&reader, known: reader.readKeys.sorted())
        self.warnings = warnings
    }

    /// What an entry of `custom_keys` says, which MMEngine keeps in the group as it stands.
    private static func settings(_ entry: inout ConfigReader) throws -> [(String, OptionValue)] {
        try (entry.node.mapping ?? ConfigMapping()).map { name, node in
            guard let value = OptionValue(node) else {
                throw entry.failure(name, "", expected: "a number, a boolean or null")
            }
            _ = entry.node(name)
            return (name, value)
        }
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

    /// The `custom_keys` that are part of no parameter's name.
    func idleKeys(among places: [Place]) -> [String] {
        customKeys.map(\.key).filter { key in
            !places.contains { "\($0.module).\($0.name)".contains(key) }
        }
    }

    /// Whether a parameter's learning rate is the optimizer's times a factor.
    public func setsRate(of place: Place) -> Bool {
        options(for: place, rate: 1, decay: nil).contains { $0.0 == "lr" }
    }

    /// The settings a parameter gets of its own; the optimizer's hold for the rest.
    public func options(for place: Place, rate: Double, decay: Double?) -> [(String, OptionValue)] {
        guard place.isTrained else { return [] }
        let fullName = "\(place.module).\(place.name)"
        if let custom = customKeys.first(where: { fullName.contains($0.key) }) {
            return [("lr", .double(rate * custom.rate))]
                + (decay.map { [("weight_decay", .double($0 * custom.decay))] } ?? [])
                + custom.kept
        }
        var options: [(String, OptionValue)] = []
        if place.name == "bias" && !place.isNormalization, let factor = biasRate ?? unset {
            options.append(("lr", .double(rate * factor)))
        }
        if let decay, let factor = decayFactor(of: place) {
            options.append(("weight_decay", .double(decay * factor)))
        }
        return options
    }

    /// The factor of a key that is not given.
    private var unset: Double? { style == .legacy ? 1 : nil }

    private func decayFactor(of place: Place) -> Double? {
        let isBias = place.name == "bias"
        if style == .legacy {
            if place.isNormalization { return normDecay ?? 1 }
            if place.isDepthwise { return depthwiseDecay ?? 1 }
            return isBias ? biasDecay ?? 1 : nil
        }
        if place.isNormalization, let normDecay { return normDecay }
        if isBias, let biasDecay { return biasDecay }
        if place.isDepthwise, let depthwiseDecay { return depthwiseDecay }
        return place.isFlat ? flatDecay : nil
    }
}

extension OptionValue {
    /// A config's value as a setting of a group; nil for texts and collections.
    fileprivate init?(_ node: ConfigNode) {
        switch node.value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .double(let value): self = .double(value)
        case .string, .list, .tuple, .mapping: return nil
        }
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
                    isTrained: parameter.requiresGradient,
                    isFlat: parameter.value.shape.count == 1)
                return (place, parameter)
            }
        }
    }
}
