public import ConfigCore
public import NeuralNet
public import TensorCore

/// Inverted residual blocks around depthwise convolutions.
///
/// Source: `MobileNetV2` in MMClassification 0.x; Sandler et al., arXiv:1801.04381.
public struct MobileNetV2: ChannelDescribing, WeightInitializing {
    /// The form it was built in.
    public let options: MobileNetV2Options
    private let stem: ConvModule
    private let stages: [[InvertedResidual]]
    private let last: ConvModule
    /// How many channels each of the eight features has.
    private let channels: [Int]

    /// Of each stage: how much wider blocks are inside, channels, blocks, and the first one's step.
    private static let arrangement = [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
        (6, 320, 1, 1),
    ]

    /// A network with fresh parameters.
    public init(_ options: MobileNetV2Options, device: Device, generator: TorchGenerator) throws {
        self.options = options
        func width(_ channels: Int) -> Int {
            divisibleCount(Double(channels) * options.widening, by: 8)
        }
        var inChannels = width(32)
        stem = try ConvModule(
            3, inChannels, kernel: 3, stride: 2, norm: options.norm,
            activation: options.activation, device: device, generator: generator)
        var stages: [[InvertedResidual]] = []
        var channels: [Int] = []
        for (expansion, plain, count, stride) in Self.arrangement {
            let outChannels = width(plain)
            stages.append(
                try (0..<count).map { place in
                    defer { inChannels = outChannels }
                    return try InvertedResidual(
                        inChannels, outChannels, stride: place == 0 ? stride : 1,
                        expansion: expansion, norm: options.norm, activation: options.activation,
                        device: device, generator: generator)
                })
            channels.append(outChannels)
        }
        let outChannels = options.widening > 1 ? Int(1280 * options.widening) : 1280
        last = try ConvModule(
            inChannels, outChannels, kernel: 1, norm: options.norm, activation: options.activation,
            device: device, generator: generator)
        self.stages = stages
        self.channels = channels + [outChannels]
        freeze()
    }

    /// Reads the keys of `MobileNetV2`.
    public init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        let options = try MobileNetV2Options(from: &reader)
        try self.init(options, device: try context.value(), generator: try context.value())
        options.initialization.warnOfUnused(in: self, at: reader, context)
    }

    /// The layers under their checkpoint names.
    public var members: Members {
        Members(
            [("conv1", .module(stem))]
                + stages.enumerated().map { ("layer\($0.offset + 1)", .modules($0.element)) }
                + [("conv2", .module(last))])
    }

    /// Colour images.
    public var inChannels: Int { 3 }

    /// How many channels each of the features has.
    public var featureChannels: [Int] {
        channels.indices.filter(options.outIndices.contains).map { channels[$0] }
    }

    /// Gives the weights their first values.
    ///
    /// The first and the last layer draw theirs once more, as the original's do.
    public func initializeWeights(_ sources: WeightSources) throws {
        try options.initialization.apply(to: self, sources)
        guard !options.initialization.isPretrained else { return }
        try stem.initialize(sources.generator)
        try last.initialize(sources.generator)
    }

    /// The outputs that `outIndices` names.
    public func callAsFunction(_ images: Variable, _ context: ForwardContext) throws -> [Variable] {
        let evaluating = context.changing(to: .evaluation)
        func circumstances(_ stage: Int) -> ForwardContext {
            options.normEvaluates || (1...7).contains(stage) && stage <= options.frozenStages
                ? evaluating : context
        }
        var x = try stem(images, circumstances(0))
        var features: [Variable] = []
        for (index, blocks) in stages.enumerated() {
            let circumstances = circumstances(index + 1)
            for block in blocks {
                x =
                    try options.recomputes
                    ? recomputed(x, circumstances) { try block($0, $1) } : block(x, circumstances)
            }
            if options.outIndices.contains(index) { features.append(x) }
        }
        x = try last(x, circumstances(8))
        if options.outIndices.contains(7) { features.append(x) }
        return features
    }

    private func freeze() {
        guard options.frozenStages >= 0 else { return }
        let blocks = stages.prefix(options.frozenStages).flatMap { $0 }
        for module in [stem] as [any Module] + blocks {
            for (_, parameter) in module.namedParameters() { parameter.requiresGradient = false }
        }
    }
}
