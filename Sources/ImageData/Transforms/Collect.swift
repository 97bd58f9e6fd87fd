public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Keeps the parts a model needs, and gathers what describes the image under `img_metas`.
///
/// Source: `Collect` of MMClassification.
public struct Collect: Transform {
    /// What is gathered where a config does not say.
    public static let defaultMetaKeys = [
        "filename", "ori_filename", "ori_shape", "img_shape", "flip", "flip_direction",
        "img_norm_cfg",
    ]

    private let keys: [String]
    private let metaKeys: [String]

    /// Keeps `keys`, and those of `metaKeys` that a sample has.
    public init(keys: [String], metaKeys: [String] = Collect.defaultMetaKeys) {
        self.keys = keys
        self.metaKeys = metaKeys
    }

    /// Reads `keys` and `meta_keys`.
    public init(from reader: inout ConfigReader) throws {
        keys = try reader.required("keys")
        metaKeys = try reader.value("meta_keys", default: Self.defaultMetaKeys)
    }

    /// Draws nothing.
    public var isRandom: Bool { false }

    /// Replaces the sample by its collected parts.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        var meta = DataDictionary()
        for key in metaKeys { meta[key] = sample[key] }
        var collected = DataDictionary()
        collected["img_metas"] = .dictionary(meta)
        for key in keys {
            guard let value = sample[key] else {
                throw TransformError("Collect", "the sample has no \"\(key)\"")
            }
            collected[key] = value
        }
        sample = Sample(collected)
    }
}
