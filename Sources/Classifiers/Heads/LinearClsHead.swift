public import ConfigCore
public import NeuralNet
public import TensorCore
public import TrainingInterfaces

/// A linear layer from features to class scores.
///
/// Source: `LinearClsHead` in MMClassification 0.x.
public struct LinearClsHead: Head, ClassCounting, WeightInitializing {
    /// The linear layer.
    public let fc: Linear
    /// How many numbers a feature has.
    public let inChannels: Int
    /// How many classes there are.
    public let classCount: Int
    private let scoring: ClsHead
    private let initialization: WeightInitialization

    /// The original's first values: weights drawn with deviation 0.01, biases 0.
    public static let defaultInitialization = WeightInitialization([
        .init(.normal(mean: 0, deviation: 0.01), layers: ["Linear"])
    ])

    /// A head with a fresh linear layer, which draws from `generator`.
    public init(
        inChannels: Int, classCount: Int, scoring: ClsHead = ClsHead(),
        initialization: WeightInitialization = defaultInitialization, device: Device,
        generator: TorchGenerator
    ) throws {
        fc = try Linear(inChannels, classCount, device: device, generator: generator)
        self.inChannels = inChannels
        self.classCount = classCount
        self.scoring = scoring
        self.initialization = initialization
    }

    /// Reads `num_classes`, `in_channels`, `init_cfg`, and the keys of `ClsHead`.
    public init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        let classCount = try reader.positive("num_classes")
        let inChannels = try reader.positive("in_channels")
        let initialization = try reader.value("init_cfg", default: Self.defaultInitialization)
        try self.init(
            inChannels: inChannels, classCount: classCount,
            scoring: try ClsHead(from: &reader, context, classCount: classCount),
            initialization: initialization, device: try context.value(),
            generator: try context.value())
        initialization.warnOfUnused(in: self, at: reader, context)
    }

    /// The linear layer.
    public var members: Members { ["fc": .module(fc)] }

    /// Gives the linear layer its first values.
    public func initializeWeights(_ sources: WeightSources) throws {
        try initialization.apply(to: self, sources)
    }

    /// The loss of the class scores, after the accuracies if they are logged.
    public func losses(
        _ features: [Variable], _ targets: ClassTargets, _ context: ForwardContext
    ) throws -> LossTerms {
        try scoring.losses([scores(features, context)], targets, context)
    }

    /// The softmax of the class scores.
    public func predict(_ features: [Variable], _ context: ForwardContext) throws -> PlainTensor {
        try scoring.predict([scores(features, context)], context)
    }

    /// The class scores before any softmax.
    ///
    /// Shape: the last feature is `[N, C]`; the result `[N, K]`.
    public func scores(_ features: [Variable], _ context: ForwardContext) throws -> Variable {
        try fc(lastFeature(features), context)
    }
}
