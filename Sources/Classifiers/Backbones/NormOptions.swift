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

    /// Reads `type` and the keys of batch normalisation.
    init(from reader: inout ConfigReader) throws {
        let type: String = try reader.required("type")
        switch type {
        case "BN", "BN2d": break
        case "SyncBN": throw reader.notSupportedYet("type", remedy: "one process needs only \"BN\"")
        case "GN", "LN", "IN", "IN2d", "MMSyncBN": throw reader.notSupportedYet("type")
        default:
            throw reader.unknown("type", type, kind: "normalisation", among: ["BN", "BN2d"])
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
