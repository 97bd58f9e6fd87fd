public import ConfigCore
public import NeuralNet

extension FocalLoss: ClassificationLoss {
    /// Reads the keys of MMClassification's `FocalLoss`.
    public init(from reader: inout ConfigReader) throws {
        self.init()
        gamma = try reader.nonNegative("gamma", default: gamma)
        alpha = try reader.value("alpha", default: alpha)
        reduction = try reader.choice("reduction", default: reduction, among: [.none, .mean])
        lossWeight = try reader.value("loss_weight", default: lossWeight)
    }
}
