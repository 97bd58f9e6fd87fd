public import ConfigCore
public import NeuralNet
public import TensorCore

/// A head for features that are scores of classes which do not exclude each other.
///
/// Targets say for every class whether a sample belongs to it: 1, 0, or -1 for one that is hard to tell
/// and counts as belonging; or they are shares of the classes, as mixed images have them.
/// Source: `MultiLabelClsHead` in MMClassification 0.x and MMPretrain.
public struct MultiLabelClsHead: LabelChoosing {
    /// How far scores are from their targets.
    public var loss: any ClassificationLoss
    /// Which classes count as predicted, by their scores.
    public var choice = MultiLabelMetric.Choice.threshold(0.5)
    /// Whether a class number stands for a row with a single 1, as in MMPretrain.
    public var takesClassNumbers = false

    /// The original's loss: the cross entropy of every class's sigmoid.
    public static var defaultLoss: CrossEntropyLoss {
        var loss = CrossEntropyLoss()
        loss.useSigmoid = true
        return loss
    }

    /// A head with this loss.
    public init(loss: any ClassificationLoss = defaultLoss) { self.loss = loss }

    /// Reads `loss`, and `thr` and `topk` in new-style configs.
    public init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        self.init(loss: try reader.loss(context) ?? Self.defaultLoss)
        guard (try? context.value(LossTerms.Style.self)) == .mmengine else { return }
        choice = try MultiLabelMetric.Choice(from: &reader)
        takesClassNumbers = true
    }

    /// Nothing is saved.
    public var members: Members { [:] }

    /// The loss of the last feature.
    public func losses(
        _ features: [Variable], _ targets: ClassTargets, _ context: ForwardContext
    ) throws -> LossTerms {
        let scores = try lastFeature(features)
        var terms = LossTerms()
        let count = Double(scores.shape.first ?? 1)
        let rows = try rows(targets, classCount: scores.shape.last ?? 1)
        terms.add("loss", try loss(scores, rows, averageFactor: count, context))
        return terms
    }

    private func rows(_ targets: ClassTargets, classCount: Int) throws -> ClassTargets {
        switch targets {
        case .shares(let shares):
            return .shares(PlainTensor(shares.floats.map(abs), shape: shares.shape))
        case .labels(let labels) where takesClassNumbers:
            return .shares(try PlainTensor(labels, shape: [labels.count]).oneHot(classCount))
        case .labels:
            // The other losses take class numbers in MMClassification, too.
            guard loss is CrossEntropyLoss else { return targets }
            throw ShapeError(
                "head: a multi-label head needs a 0 or 1 for every class as gt_label, not one class "
                    + "number; use MultiLabelDataset, or a LinearClsHead")
        }
    }

    /// The sigmoid of the last feature.
    public func predict(_ features: [Variable], _ context: ForwardContext) throws -> PlainTensor {
        let scores = try lastFeature(features)
        let shares = try sigmoid(scores, context.recording(on: nil))
        return PlainTensor(try shares.value.plainValues(), shape: scores.shape)
    }

    /// The classes that count as predicted.
    public func labels(_ scores: [Float]) throws -> [Int] { try choice.labels(scores) }
}
