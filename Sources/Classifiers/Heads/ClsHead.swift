public import ConfigCore
public import NeuralNet
public import TensorCore

/// A head for features that are class scores already.
///
/// Source: `ClsHead` in MMClassification 0.x.
public struct ClsHead: Head {
    /// How far scores are from their targets.
    public var loss: any ClassificationLoss
    /// Among how many of the best scores the right class may be, for each accuracy that is logged.
    public var topK: [Int]
    /// Whether training logs accuracies.
    public var logsAccuracy: Bool

    /// A head with this loss.
    public init(
        loss: any ClassificationLoss = CrossEntropyLoss(), topK: [Int] = [1],
        logsAccuracy: Bool = false
    ) {
        self.loss = loss
        self.topK = topK
        self.logsAccuracy = logsAccuracy
    }

    /// Reads `loss`, `topk` and `cal_acc`.
    ///
    /// With `classCount`, a warning tells of a top-k that asks for more classes than there are.
    public init(
        from reader: inout ConfigReader, _ context: BuildContext, classCount: Int? = nil
    ) throws {
        let loss = try reader.loss(context) ?? CrossEntropyLoss()
        let topK = try TopK(from: &reader) ?? .several([1])
        if let classCount {
            topK.warn(ifAbove: classCount, at: reader.node, path: reader.path, context)
        }
        self.init(
            loss: loss, topK: topK.values,
            logsAccuracy: try reader.value("cal_acc", default: false))
    }

    /// Nothing is saved.
    public var members: Members { [:] }

    /// The loss of the last feature, after the accuracies if they are logged.
    public func losses(
        _ features: [Variable], _ targets: ClassTargets, _ context: ForwardContext
    ) throws -> LossTerms {
        let scores = try lastFeature(features)
        var terms = LossTerms()
        if logsAccuracy {
            guard case .labels(let labels) = targets else {
                throw BatchError(
                    "head: cal_acc needs one class a sample, but targets are shares of classes; leave "
                        + "cal_acc out")
            }
            let plain = PlainTensor(try scores.value.plainValues(), shape: scores.shape)
            for (k, share) in zip(topK, try Accuracy.topK(plain, labels, topK)) {
                terms.log(accuracyOfTop: k, Double(share))
            }
        }
        let count = Double(scores.shape.first ?? 1)
        terms.add("loss", try loss(scores, targets, averageFactor: count, context))
        return terms
    }

    /// The last feature's softmax.
    public func predict(_ features: [Variable], _ context: ForwardContext) throws -> PlainTensor {
        let scores = try lastFeature(features)
        return softmaxRows(PlainTensor(try scores.value.plainValues(), shape: scores.shape))
    }
}

/// The feature a head works on: that of the backbone's last stage.
func lastFeature(_ features: [Variable]) throws -> Variable {
    guard let last = features.last else { throw ShapeError("head: there are no features") }
    return last
}
