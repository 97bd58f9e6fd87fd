public import ConfigCore
public import NeuralNet

/// Takes the mean of every channel.
///
/// Shape: each of the features goes from `[N, C, H, W]` to `[N, C]`.
/// Source: `GlobalAveragePooling` in MMClassification 0.x.
public struct GlobalAveragePooling: Neck {
    /// A pooling over both dimensions of an image.
    public init() {}

    /// Reads `dim`, which is 2 for images.
    public init(from reader: inout ConfigReader) throws {
        let dimensions = try reader.value("dim", default: 2)
        switch dimensions {
        case 2: self.init()
        case 1, 3: throw reader.notSupportedYet("dim", remedy: "images have dim 2")
        default: throw reader.failure("dim", "", expected: "1, 2 or 3")
        }
    }

    /// Nothing is saved.
    public var members: Members { [:] }

    /// The mean of every channel of every feature.
    public func callAsFunction(_ features: [Variable], _ context: ForwardContext) throws
        -> [Variable]
    {
        try features.map { try flatten(globalAveragePool2d($0, context), context) }
    }
}
