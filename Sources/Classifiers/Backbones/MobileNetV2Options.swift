import ConfigCore
import NeuralNet

/// The form of a MobileNetV2; the defaults are MMClassification's.
public struct MobileNetV2Options: Sendable, Equatable {
    /// A factor on all widths.
    public var widening = 1.0
    /// Which outputs are features: 0 to 6 for the stages, 7 for the layer behind them.
    public var outIndices = [7]
    /// Up to which stage nothing is trained: 0 is the first layer alone, -1 trains all.
    public var frozenStages = -1
    /// How normalisation layers are made.
    public var norm = NormOptions()
    /// What follows convolutions.
    public var activation = ActivationOptions.relu6
    /// Whether normalisation uses its running statistics in training too.
    public var normEvaluates = false
    /// Whether the backward pass computes blocks' activations anew instead of keeping them.
    public var recomputes = false
    /// How weights get their first values.
    public var initialization = ResNetOptions.defaultInitialization

    /// The original's form.
    public init() {}

    /// Reads the keys of MMClassification's `MobileNetV2`.
    init(from reader: inout ConfigReader) throws {
        widening = try reader.value("widen_factor", default: widening)
        guard widening > 0 else {
            throw reader.failure("widen_factor", "", expected: "a number above 0")
        }
        outIndices = try reader.value("out_indices", default: outIndices)
        guard !outIndices.isEmpty, outIndices.allSatisfy({ (0...7).contains($0) }) else {
            throw reader.failure("out_indices", "", expected: "stages from 0 to 7")
        }
        frozenStages = try reader.value("frozen_stages", default: frozenStages)
        guard (-1...7).contains(frozenStages) else {
            throw reader.failure("frozen_stages", "", expected: "-1 (none) to 7")
        }
        try reader.readPlainConvolution()
        norm = try reader.nested("norm_cfg") { try NormOptions(from: &$0) } ?? norm
        activation =
            try reader.nested("act_cfg") { try ActivationOptions(from: &$0) } ?? activation
        normEvaluates = try reader.value("norm_eval", default: false)
        recomputes = try reader.value("with_cp", default: false)
        initialization = try reader.value("init_cfg", default: initialization)
    }
}
