public import ConfigCore
public import NeuralNet

extension AsymmetricLoss: ClassificationLoss {
    /// Reads the keys of MMClassification's `AsymmetricLoss`.
    public init(from reader: inout ConfigReader) throws {
        self.init()
        positiveGamma = try reader.nonNegative("gamma_pos", default: positiveGamma)
        negativeGamma = try reader.nonNegative("gamma_neg", default: negativeGamma)
        clip = try reader.optional("clip", as: Double.self) ?? (reader.has("clip") ? 0 : clip)
        reduction = try reader.choice("reduction", default: reduction, among: [.none, .mean])
        lossWeight = try reader.value("loss_weight", default: lossWeight)
        useSigmoid = try reader.value("use_sigmoid", default: useSigmoid)
        epsilon = try reader.nonNegative("eps", default: epsilon)
        if !useSigmoid && reduction == .none {
            throw reader.failure(
                "reduction", "\"none\" goes with the sigmoid only", remedy: "use \"mean\"")
        }
    }
}
