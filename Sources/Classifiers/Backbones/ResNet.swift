public import ConfigCore
public import NeuralNet
public import TensorCore

/// A residual network.
///
/// Source: `ResNet` and its descendants in MMClassification 0.x; He et al., arXiv:1512.03385 and 1812.01187,
/// Xie et al., arXiv:1611.05431, Hu et al., arXiv:1709.01507.
public struct ResNet: ChannelDescribing, WeightInitializing {
    /// The depths that have a known arrangement of blocks.
    public enum Depth: Int, Sendable, CaseIterable {
        case depth18 = 18
        case depth34 = 34
        case depth50 = 50
        case depth101 = 101
        case depth152 = 152

        /// The kinds of blocks.
        public enum Block: Sendable {
            case basic
            case bottleneck
        }

        /// Which blocks a network of this depth has.
        public var block: Block { rawValue < 50 ? .basic : .bottleneck }

        /// How many blocks each of its stages has.
        var blockCounts: [Int] {
            switch self {
            case .depth18: [2, 2, 2, 2]
            case .depth34, .depth50: [3, 4, 6, 3]
            case .depth101: [3, 4, 23, 3]
            case .depth152: [3, 8, 36, 3]
            }
        }
    }

    /// The names of residual networks; all but `ResNet_CIFAR` shrink images to a quarter in their stem.
    public enum Variant: String, Sendable, CaseIterable {
        case imageNet = "ResNet"
        case cifar = "ResNet_CIFAR"
        /// With a stem of three 3×3 convolutions.
        case deepStem = "ResNetV1c"
        /// The same, with average pooling beside blocks that take a step.
        case averagingDown = "ResNetV1d"
        case grouped = "ResNeXt"
        case squeezing = "SEResNet"
        case groupedSqueezing = "SEResNeXt"
    }

    /// The form it was built in.
    public let options: ResNetOptions
    private let stem: ResNetStem
    private let stages: [ResidualStage]

    /// A network with fresh parameters, which draws from `generator` in the original's order.
    ///
    /// Errors: traps on options that the original's configs cannot express (five stages).
    public init(
        _ options: ResNetOptions, variant: Variant = .imageNet, device: Device,
        generator: TorchGenerator
    ) throws {
        require(
            (1...4).contains(options.stages.count),
            "a ResNet has 1 to 4 stages, not \(options.stages.count)")
        self.options = options
        let form: ResNetStem.Form = options.hasDeepStem ? .deep : .imageNet
        stem = try ResNetStem(
            variant == .cifar ? .cifar : form, inChannels: options.inChannels,
            channels: options.stemChannels, options.norm, device: device, generator: generator)
        var stages: [ResidualStage] = []
        var inChannels = options.stemChannels
        for (stage, count) in zip(options.stages, options.depth.blockCounts) {
            var block = BlockOptions()
            (block.stride, block.dilation) = (stage.stride, stage.dilation)
            (block.style, block.norm) = (options.style, options.norm)
            block.recomputes = options.recomputes
            (block.isGrouped, block.groups) = (options.groups != nil, options.groups ?? 1)
            (block.widthPerGroup, block.baseChannels) = (
                options.widthPerGroup, options.baseChannels
            )
            (block.squeezeRatio, block.dropPathRate) = (options.squeezeRatio, options.dropPathRate)
            block.name = "backbone.layer\(stages.count + 1)"
            let outChannels = options.channels(ofStage: stages.count)
            stages.append(
                try ResidualStage(
                    options.depth.block, count: count, inChannels: inChannels,
                    outChannels: outChannels, expansion: options.expansion, block,
                    averagesDown: options.averagesDown, device: device, generator: generator))
            inChannels = outChannels
        }
        self.stages = stages
        freeze()
    }

    /// Reads the keys of one of the variants.
    public init(from reader: inout ConfigReader, variant: Variant, _ context: BuildContext) throws {
        let options = try ResNetOptions(from: &reader, variant: variant)
        try self.init(
            options, variant: variant, device: try context.value(), generator: try context.value())
        options.initialization.warnOfUnused(in: self, at: reader, context)
    }

    /// Stem and stages under their checkpoint names.
    public var members: Members {
        Members(
            stem.members
                + stages.enumerated().map { ("layer\($0.offset + 1)", .module($0.element)) })
    }

    /// How many channels images must have.
    public var inChannels: Int { options.inChannels }

    /// How many channels each of the features has.
    public var featureChannels: [Int] {
        stages.indices.filter(options.outIndices.contains).map(options.channels(ofStage:))
    }

    /// Gives the weights their first values, and zero to the last normalisation of every block.
    ///
    /// Trained weights keep what they have there.
    public func initializeWeights(_ sources: WeightSources) throws {
        try options.initialization.apply(to: self, sources)
        guard options.zeroInitializesResiduals, !options.initialization.isPretrained else { return }
        for block in stages.flatMap(\.blocks) {
            try WeightInitialization.initialize(
                block.lastNorm, .constant(0), bias: 0, sources.generator)
        }
    }

    /// The outputs of the stages that `outIndices` names.
    public func callAsFunction(_ images: Variable, _ context: ForwardContext) throws -> [Variable] {
        // Normalisation is all in here that behaves differently in training.
        let evaluating = context.changing(to: .evaluation)
        func circumstances(_ stage: Int) -> ForwardContext {
            options.normEvaluates || stage <= options.frozenStages ? evaluating : context
        }
        var x = try stem(images, circumstances(0))
        var features: [Variable] = []
        for (index, stage) in stages.enumerated() {
            x = try stage(x, circumstances(index + 1))
            if options.outIndices.contains(index) { features.append(x) }
        }
        return features
    }

    private func freeze() {
        guard options.frozenStages >= 0 else { return }
        let frozen =
            stem.members.map(\.member) + stages.prefix(options.frozenStages).map(Member.module)
        for case .module(let module) in frozen {
            for (_, parameter) in module.namedParameters() { parameter.requiresGradient = false }
        }
    }
}

extension ResNetOptions {
    /// How many channels a stage gives, counted from 0.
    func channels(ofStage stage: Int) -> Int { baseChannels * expansion << stage }
}
