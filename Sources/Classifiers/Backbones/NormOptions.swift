import ConfigCore
import NeuralNet
import TensorCore

/// How normalisation layers are made.
///
/// Source: `norm_cfg` of MMCV with type `BN`.
public struct NormOptions: Sendable, Equatable {
    /// Added to the variance before the root.
    public var epsilon = 1e-5
    /// The share a new batch has in the running statistics; nil weighs all batches alike.
    public var momentum: Double? = 0.1
    /// Whether channels are scaled and shifted.
    public var isAffine = true
    /// Whether scale and shift are trained.
    public var requiresGradient = true

    /// Batch normalisation with PyTorch's defaults.
    public init() {}

    /// Reads `type`, which is one of `types`, and the keys of batch normalisation.
    ///
    /// With one process, normalising in step with others is normalising.
    init(
        from reader: inout ConfigReader, types: [String] = ["BN", "BN2d", "SyncBN", "MMSyncBN"]
    ) throws {
        let type: String = try reader.required("type")
        switch type {
        case _ where types.contains(type): break
        case "GN", "LN", "IN", "IN2d": throw reader.notSupportedYet("type")
        default:
            throw reader.unknown("type", type, kind: "normalisation", among: types)
        }
        epsilon = try reader.nonNegative("eps", default: epsilon)
        momentum = try reader.value("momentum", default: momentum)
        isAffine = try reader.value("affine", default: true)
        requiresGradient = try reader.value("requires_grad", default: true)
    }

    /// A layer for that many channels.
    func layer(_ channels: Int, device: Device) throws -> BatchNorm2d {
        let layer = try BatchNorm2d(
            channels, epsilon: epsilon, momentum: momentum, affine: isAffine, device: device)
        for (_, parameter) in layer.namedParameters() {
            parameter.requiresGradient = requiresGradient
        }
        return layer
    }
}
