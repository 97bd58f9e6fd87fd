import ConfigCore
import NeuralNet

/// The form of a VGG network; the defaults are those of MMClassification's `VGG`.
public struct VGGOptions: Sendable, Equatable {
    /// How many convolutions each stage has.
    public var blockCounts: [Int]
    /// How many classes there are; nil leaves the classifier out.
    public var classCount: Int?
    /// The distance between kernel elements, for each stage.
    public var dilations: [Int]
    /// Which stages' outputs are features, counted from 0.
    public var outIndices: [Int]
    /// How many stages are not trained.
    public var frozenStages = -1
    /// How normalisation layers are made, if there are any.
    public var norm: NormOptions?
    /// What follows each convolution.
    public var activation = ActivationOptions.relu
    /// Whether normalisation uses its running statistics in training too.
    public var normEvaluates = false
    /// Whether pooling lets windows hang over the edge.
    public var poolsRoundingUp = false
    /// Whether the last stage ends with pooling.
    public var hasLastPool = true
    /// How weights get their first values.
    public var initialization = WeightInitialization([
        .init(.kaiming(slope: 0, mode: .fanOut, distribution: .normal), layers: ["Conv2d"]),
        .init(.constant(1), layers: ["_BatchNorm"]),
        .init(.normal(mean: 0, deviation: 0.01), layers: ["Linear"]),
    ])

    private static let arrangements = [
        11: [1, 1, 2, 2, 2], 13: [2, 2, 2, 2, 2], 16: [2, 2, 3, 3, 3], 19: [2, 2, 4, 4, 4],
    ]

    /// Reads the keys of MMClassification's `VGG`.
    init(from reader: inout ConfigReader) throws {
        let depth: Int = try reader.required("depth")
        guard let counts = Self.arrangements[depth] else {
            throw reader.failure("depth", "", expected: "11, 13, 16 or 19")
        }
        let stageCount = try reader.positive("num_stages", default: 5)
        guard stageCount <= 5 else { throw reader.failure("num_stages", "", expected: "1 to 5") }
        blockCounts = Array(counts.prefix(stageCount))
        let classes = try reader.value("num_classes", default: -1)
        classCount = classes > 0 ? classes : nil
        dilations =
            try reader.positiveList("dilations") ?? [Int](repeating: 1, count: stageCount)
        guard dilations.count == stageCount else {
            throw reader.failure(
                "dilations", "has \(dilations.count) entries, num_stages is \(stageCount)",
                remedy: "give one number a stage")
        }
        outIndices = try reader.value("out_indices", default: [classes > 0 ? 5 : stageCount - 1])
        guard outIndices.allSatisfy({ (0...stageCount).contains($0) }) else {
            throw reader.failure("out_indices", "", expected: "stages from 0 to \(stageCount - 1)")
        }
        frozenStages = try reader.value("frozen_stages", default: frozenStages)
        guard (-1...stageCount).contains(frozenStages) else {
            throw reader.failure("frozen_stages", "", expected: "-1 (none) to \(stageCount)")
        }
        try reader.readPlainConvolution()
        norm = try reader.nested("norm_cfg") { try NormOptions(from: &$0) }
        activation =
            try reader.nested("act_cfg") { try ActivationOptions(from: &$0) } ?? activation
        normEvaluates = try reader.value("norm_eval", default: false)
        poolsRoundingUp = try reader.value("ceil_mode", default: false)
        hasLastPool = try reader.value("with_last_pool", default: true)
        initialization = try reader.value("init_cfg", default: initialization)
    }
}
