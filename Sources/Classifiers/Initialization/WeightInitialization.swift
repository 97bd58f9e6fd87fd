public import NeuralNet
import TensorCore

/// First values for the weights of a module, chosen by the types of its layers.
///
/// Source: `init_cfg` and `mmcv.cnn.initialize`.
public struct WeightInitialization: Sendable, Equatable {
    /// What one kind of layer gets.
    public struct Rule: Sendable, Equatable {
        /// How weights are drawn.
        public var weight: Initializer
        /// The value of every bias.
        public var bias: Double
        /// The types of the layers it is for, such as `Conv2d` or `_BatchNorm`.
        public var layers: [String]
        /// What members of the module get instead, whatever their types.
        public var overrides: [Override] = []

        /// A rule for layers of these types.
        public init(_ weight: Initializer, bias: Double = 0, layers: [String]) {
            self.weight = weight
            self.bias = bias
            self.layers = layers
        }

        /// Whether the rule speaks of a module of that type, by its name or its base's.
        func covers(_ module: any Module) -> Bool {
            let type = "\(type(of: module))"
            return layers.contains(type) || Self.bases[type].map(layers.contains) ?? false
        }

        /// What PyTorch derives the layers from; configs name these as well.
        private static let bases = ["Conv2d": "_ConvNd", "BatchNorm2d": "_BatchNorm"]
    }

    /// What a member of a module gets, all of its layers alike.
    public struct Override: Sendable, Equatable {
        /// The member's name, such as `fc`.
        public var name: String
        /// How weights are drawn.
        public var weight: Initializer
        /// The value of every bias.
        public var bias: Double

        /// First values for the member of that name.
        public init(_ name: String, _ weight: Initializer, bias: Double = 0) {
            self.name = name
            self.weight = weight
            self.bias = bias
        }
    }

    /// One thing after the other that gives weights their values.
    public enum Step: Sendable, Equatable {
        /// Draws.
        case draw(Rule)
        /// Loads what was trained before.
        case load(PretrainedWeights)
    }

    /// What is done, in order.
    public var steps: [Step]
    /// Whether trained weights are all there is to it, so that the parts of the module keep theirs.
    public var isPretrained: Bool

    /// The rules among the steps.
    public var rules: [Rule] {
        steps.compactMap { if case .draw(let rule) = $0 { rule } else { nil } }
    }

    /// An initialisation by these rules; without any, values stay as they were built.
    public init(_ rules: [Rule] = []) { self.init(steps: rules.map { .draw($0) }) }

    /// An initialisation in these steps.
    public init(steps: [Step]) {
        self.steps = steps
        isPretrained = false
    }

    /// An initialisation by trained weights alone.
    public init(_ weights: PretrainedWeights) {
        steps = [.load(weights)]
        isPretrained = true
    }

    /// Gives the weights below a module their values, drawing rule by rule in registration order.
    public func apply(to module: any Module, _ sources: WeightSources) throws {
        for step in steps {
            switch step {
            case .load(let weights): try sources.load(weights, module)
            case .draw(let rule):
                for layer in module.namedModules() where rule.covers(layer.module) {
                    try Self.initialize(
                        layer.module, rule.weight, bias: rule.bias, sources.generator)
                }
                for override in rule.overrides {
                    try override.apply(to: module, sources.generator)
                }
            }
        }
    }

    /// Fills a layer's own weight and bias, where it has them, and nothing below it.
    static func initialize(
        _ layer: any Module, _ weight: Initializer, bias: Double, _ generator: TorchGenerator
    ) throws {
        for (name, member) in layer.members.entries {
            guard case .parameter(let parameter) = member else { continue }
            switch name {
            case "weight": try weight.apply(to: parameter, generator)
            case "bias": try Initializer.constant(bias).apply(to: parameter, generator)
            default: break
            }
        }
    }
}

extension WeightInitialization.Override {
    /// Gives every layer below the member its values; nothing where there is no such member.
    fileprivate func apply(to module: any Module, _ generator: TorchGenerator) throws {
        for case (name, .module(let member)) in module.members.entries {
            for layer in member.namedModules() {
                try WeightInitialization.initialize(layer.module, weight, bias: bias, generator)
            }
        }
    }
}
