public import ConfigCore
public import NeuralNet
public import TensorCore
public import TrainingInterfaces

/// A linear layer from features to scores of classes which do not exclude each other.
///
/// Source: `MultiLabelLinearClsHead` in MMClassification 0.x and MMPretrain.
public struct MultiLabelLinearClsHead: LabelChoosing, ClassCounting, WeightInitializing {
    /// The linear layer.
    public let fc: Linear
    /// How many classes there are.
    public let classCount: Int
    private let scoring: MultiLabelClsHead
    private let initialization: WeightInitialization

    /// A head with a fresh linear layer, which draws from `generator`.
    public init(
        inChannels: Int, classCount: Int, scoring: MultiLabelClsHead = MultiLabelClsHead(),
        initialization: WeightInitialization = LinearClsHead.defaultInitialization, device: Device,
        generator: TorchGenerator
    ) throws {
        fc = try Linear(inChannels, classCount, device: device, generator: generator)
        self.classCount = classCount
        self.scoring = scoring
        self.initialization = initialization
    }

    /// Reads `num_classes`, `in_channels`, `init_cfg`, and the keys of `MultiLabelClsHead`.
    public init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        let classCount = try reader.positive("num_classes")
        let inChannels = try reader.positive("in_channels")
        let initialization = try reader.value(
            "init_cfg", default: LinearClsHead.defaultInitialization)
        let scoring = try MultiLabelClsHead(from: &reader, context)
        if case .best(let count) = scoring.choice, count > classCount {
            throw reader.failure("topk", "\(count), but there are \(classCount) classes")
        }
        try self.init(
            inChannels: inChannels, classCount: classCount, scoring: scoring,
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

    /// The loss of the scores.
    public func losses(
        _ features: [Variable], _ targets: ClassTargets, _ context: ForwardContext
    ) throws -> LossTerms {
        try scoring.losses([fc(lastFeature(features), context)], targets, context)
    }

    /// The sigmoid of the scores.
    public func predict(_ features: [Variable], _ context: ForwardContext) throws -> PlainTensor {
        try scoring.predict([fc(lastFeature(features), context)], context)
    }

    /// The classes that count as predicted.
    public func labels(_ scores: [Float]) throws -> [Int] { try scoring.labels(scores) }
}
