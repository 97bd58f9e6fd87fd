public import ConfigCore
public import NeuralNet
public import TensorCore

/// Stages of 3×3 convolutions, each ended by max pooling.
///
/// Source: `VGG` in MMClassification 0.x; Simonyan and Zisserman, arXiv:1409.1556.
public struct VGG: ChannelDescribing, WeightInitializing {
    /// The form it was built in.
    public let options: VGGOptions
    private let features: Sequential
    /// Which of the layers make each stage.
    private let stages: [Range<Int>]
    private let classifier: Sequential?

    /// A network with fresh parameters.
    public init(_ options: VGGOptions, device: Device, generator: TorchGenerator) throws {
        self.options = options
        var layers: [any Layer] = []
        var stages: [Range<Int>] = []
        var inChannels = 3
        for (stage, count) in options.blockCounts.enumerated() {
            let first = layers.count
            for _ in 0..<count {
                layers.append(
                    try ConvModule(
                        inChannels, Self.channels(ofStage: stage), kernel: 3,
                        dilation: options.dilations[stage], bias: true, norm: options.norm,
                        activation: options.activation, device: device, generator: generator))
                inChannels = Self.channels(ofStage: stage)
            }
            if stage < options.blockCounts.count - 1 || options.hasLastPool {
                layers.append(
                    MaxPool2d(
                        Window(kernel: (2, 2), stride: (2, 2)), ceilMode: options.poolsRoundingUp))
            }
            stages.append(first..<layers.count)
        }
        features = Sequential(layers)
        self.stages = stages
        classifier = try options.classCount.map {
            Sequential([
                try Linear(512 * 7 * 7, 4096, device: device, generator: generator), ReLU(),
                Dropout(0.5, name: "backbone.classifier.2"),
                try Linear(4096, 4096, device: device, generator: generator), ReLU(),
                Dropout(0.5, name: "backbone.classifier.5"),
                try Linear(4096, $0, device: device, generator: generator),
            ])
        }
        for stage in stages.prefix(max(0, options.frozenStages)) {
            for layer in layers[stage] {
                for (_, parameter) in layer.namedParameters() { parameter.requiresGradient = false }
            }
        }
    }

    /// Reads the keys of `VGG`.
    public init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        let options = try VGGOptions(from: &reader)
        try self.init(options, device: try context.value(), generator: try context.value())
        options.initialization.warnOfUnused(in: self, at: reader, context)
    }

    private static func channels(ofStage stage: Int) -> Int { min(64 << stage, 512) }

    /// The layers under their checkpoint names.
    public var members: Members {
        ["features": .module(features), "classifier": classifier.map(Member.module)]
    }

    /// Colour images.
    public var inChannels: Int { 3 }

    /// How many channels each of the features has; the last may be class scores.
    public var featureChannels: [Int] {
        stages.indices.filter(options.outIndices.contains).map(Self.channels(ofStage:))
            + (options.classCount.map { [$0] } ?? [])
    }

    /// Gives the weights their first values.
    public func initializeWeights(_ sources: WeightSources) throws {
        try options.initialization.apply(to: self, sources)
    }

    /// The outputs of the stages that `outIndices` names, then the class scores if there are any.
    public func callAsFunction(_ images: Variable, _ context: ForwardContext) throws -> [Variable] {
        let evaluating = context.changing(to: .evaluation)
        var x = images
        var outputs: [Variable] = []
        for (stage, layers) in stages.enumerated() {
            let isFrozen = options.normEvaluates || stage < options.frozenStages
            for layer in features.layers[layers] {
                x = try layer(x, isFrozen ? evaluating : context)
            }
            if options.outIndices.contains(stage) { outputs.append(x) }
        }
        if let classifier { outputs.append(try classifier(flatten(x, context), context)) }
        return outputs
    }
}
