public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Changes brightness, contrast and colour strength by random amounts, in random order.
///
/// Source: `ColorJitter` of MMClassification: an amount up to the given one, with either sign.
public struct ColorJitter: Transform {
    private let brightness: Double
    private let contrast: Double
    private let saturation: Double

    /// Reads `brightness`, `contrast` and `saturation`.
    public init(from reader: inout ConfigReader) throws {
        func amount(_ key: String) throws -> Double {
            let amount: Double = try reader.required(key)
            guard amount >= 0 else { throw reader.failure(key, "must be 0 or more") }
            return amount
        }
        brightness = try amount("brightness")
        contrast = try amount("contrast")
        saturation = try amount("saturation")
    }

    /// Draws amounts and order.
    public var isRandom: Bool { true }

    /// Changes `img`.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        func settings(_ most: Double) -> AugmentationSettings {
            AugmentationSettings(always: random.uniform(0, most), negativeProbability: 0.5)
        }
        let steps: [any Transform] = [
            ToneAugmentation(.brightness, settings(brightness)),
            ToneAugmentation(.contrast, settings(contrast)),
            ColorTransform(settings(saturation)),
        ]
        for place in random.order(of: steps.count) {
            try steps[place].apply(to: &sample, random: &random)
        }
    }
}
