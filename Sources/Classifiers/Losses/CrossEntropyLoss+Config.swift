public import ConfigCore
public import NeuralNet

extension CrossEntropyLoss {
    /// Reads the keys of MMClassification's `CrossEntropyLoss`.
    public init(from reader: inout ConfigReader) throws {
        self.init()
        useSigmoid = try reader.value("use_sigmoid", default: false)
        useSoft = try reader.value("use_soft", default: false)
        if useSigmoid && useSoft {
            throw reader.failure(
                "use_soft", "does not go together with use_sigmoid", remedy: "set only one of them")
        }
        reduction = try reader.choice(
            "reduction", default: LossReduction.mean, among: [.none, .mean, .sum])
        lossWeight = try reader.value("loss_weight", default: 1.0)
        classWeight = try reader.weights("class_weight")
        positiveWeight = try reader.weights("pos_weight")
        if positiveWeight != nil && !useSigmoid {
            throw reader.failure(
                "pos_weight", "has no effect without use_sigmoid",
                remedy: "set use_sigmoid, or use class_weight")
        }
    }
}

extension ConfigReader {
    /// Reads a number for each class, if the key is there.
    mutating func weights(_ key: String) throws -> [Float]? {
        try optional(key, as: [Double].self)?.map { Float($0) }
    }
}
