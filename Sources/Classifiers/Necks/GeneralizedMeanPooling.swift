public import ConfigCore
public import NeuralNet
public import TensorCore

/// Pools every channel with a learned exponent, between mean and maximum.
///
/// Shape: each of the features goes from `[N, C, H, W]` to `[N, C]`.
/// Source: `GeneralizedMeanPooling` in MMClassification 0.x.
public struct GeneralizedMeanPooling: Neck {
    /// The exponent, `[1]`.
    public let p: Parameter
    /// Values below count as this, if there is a floor.
    public let floor: Double?

    /// A pooling that begins with this exponent.
    public init(exponent: Double = 3, floor: Double? = 1e-6, device: Device) throws {
        p = Parameter(try device.full([1], Float(exponent)))
        self.floor = floor
    }

    /// Reads `p`, `eps`, `clamp` and `p_trainable`.
    public init(from reader: inout ConfigReader, _ context: BuildContext) throws {
        let exponent = try reader.value("p", default: 3.0)
        guard exponent >= 1 else {
            throw reader.failure("p", "", expected: "a number of 1 or more")
        }
        let floor = try reader.value("eps", default: 1e-6)
        let clamps = try reader.value("clamp", default: true)
        try self.init(
            exponent: exponent, floor: clamps ? floor : nil, device: try context.value())
        p.requiresGradient = try reader.value("p_trainable", default: true)
    }

    /// The exponent.
    public var members: Members { ["p": .parameter(p)] }

    /// Every channel of every feature, pooled.
    public func callAsFunction(_ features: [Variable], _ context: ForwardContext) throws
        -> [Variable]
    {
        try features.map {
            try generalizedMeanPool2d(
                $0, exponent: context.variable(p), floor: floor, context)
        }
    }
}
