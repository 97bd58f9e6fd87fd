public import ConfigCore
public import NeuralNet

extension LabelSmoothLoss {
    /// Reads the keys of MMClassification's and MMPretrain's `LabelSmoothLoss`.
    ///
    /// There, `reduction` and `loss_weight` are taken and have no effect; values that ask for one bring
    /// a warning.
    public init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        let value: Double = try reader.required("label_smooth_val")
        // An integer is refused as in the original, where it mostly is a forgotten 0.
        guard case .double? = reader.node["label_smooth_val"]?.value, 0..<1 ~= value else {
            throw reader.failure(
                "label_smooth_val", "", expected: "a fraction of at least 0.0 and below 1.0")
        }
        self.init(
            value,
            mode: try reader.choice("mode", default: Mode.original, among: Mode.allCases),
            classCount: try reader.has("num_classes") ? Self.classCount(&reader) : nil)
        useSigmoid = try reader.optional("use_sigmoid")
        classWeight = try reader.weights("class_weight")
        positiveWeight = try reader.weights("pos_weight")
        if positiveWeight != nil, !(useSigmoid ?? (mode == .multiLabel)) {
            throw reader.failure(
                "pos_weight", "has no effect without use_sigmoid",
                remedy: "set use_sigmoid, or use class_weight")
        }
        let reduction = try reader.choice(
            "reduction", default: LossReduction.mean, among: [.none, .mean, .sum])
        if reduction != .mean { reader.warnOfNoEffect("reduction", context) }
        if try reader.value("loss_weight", default: 1.0) != 1 {
            reader.warnOfNoEffect("loss_weight", context)
        }
    }

    private static func classCount(_ reader: inout ConfigReader) throws -> Int? {
        let count: Int? = try reader.optional("num_classes")
        if let count, count <= 0 {
            throw reader.failure("num_classes", "", expected: "a positive integer")
        }
        return count
    }
}

extension LabelSmoothLoss: ClassificationLoss {
    /// The loss of `scores`, every sample weighing alike.
    public func callAsFunction(
        _ scores: Variable, _ targets: ClassTargets, averageFactor: Double?,
        _ context: ForwardContext
    ) throws -> Variable {
        try self(scores, targets, sampleWeight: nil, averageFactor: averageFactor, context)
    }
}

extension ConfigReader {
    fileprivate func warnOfNoEffect(_ key: String, _ context: BuildContext) {
        context.warn(
            ConfigIssue(
                at: node[key] ?? node, path: path(to: key),
                problem: "has no effect on LabelSmoothLoss, as in MMClassification",
                remedy: "leave it out"))
    }
}
