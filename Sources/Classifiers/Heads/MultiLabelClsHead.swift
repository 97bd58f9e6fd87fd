public import ConfigCore
public import NeuralNet
public import TensorCore

/// A head for features that are scores of classes which do not exclude each other.
///
/// Targets say for every class whether a sample belongs to it: 1, 0, or -1 for one that is hard to tell
/// and counts as belonging.
/// Source: `MultiLabelClsHead` in MMClassification 0.x.
public struct MultiLabelClsHead: Head {
    /// How far scores are from their targets.
    public var loss: any ClassificationLoss

    /// The original's loss: the cross entropy of every class's sigmoid.
    public static var defaultLoss: CrossEntropyLoss {
        var loss = CrossEntropyLoss()
        loss.useSigmoid = true
        return loss
    }

    /// A head with this loss.
    public init(loss: any ClassificationLoss = defaultLoss) { self.loss = loss }

    /// Reads `loss`.
    public init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        let losses = try context.value(Registry<any ClassificationLoss>.self)
        self.init(loss: try reader.build("loss", from: losses, context) ?? Self.defaultLoss)
        if let loss = loss as? CrossEntropyLoss, !loss.useSigmoid {
            throw reader.failure(
                "loss", "a loss over classes that exclude each other does not go with this head",
                remedy: "set use_sigmoid=True")
        }
    }

    /// Nothing is saved.
    public var members: Members { [:] }

    /// The loss of the last feature.
    public func losses(
        _ features: [Variable], _ targets: ClassTargets, _ context: ForwardContext
    ) throws -> LossTerms {
        let scores = try lastFeature(features)
        guard case .shares(let shares) = targets else {
            throw ShapeError(
                "head: a multi-label head needs a 0 or 1 for every class as gt_label, not one class "
                    + "number; use MultiLabelDataset, or a LinearClsHead")
        }
        let positive = PlainTensor(shares.floats.map(abs), shape: shares.shape)
        var terms = LossTerms()
        let count = Double(scores.shape.first ?? 1)
        terms.add("loss", try loss(scores, .shares(positive), averageFactor: count, context))
        return terms
    }

    /// The sigmoid of the last feature.
    public func predict(_ features: [Variable], _ context: ForwardContext) throws -> PlainTensor {
        let scores = try lastFeature(features)
        let shares = try sigmoid(scores, context.recording(on: nil))
        return PlainTensor(try shares.value.plainValues(), shape: scores.shape)
    }
}
