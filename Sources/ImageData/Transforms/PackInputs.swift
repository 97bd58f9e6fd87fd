public import ConfigCore
public import TensorCore
public import TrainingInterfaces

/// Ends a new-style pipeline: the image with its channels in front, its label, and what describes it.
///
/// Source: `PackInputs` of MMPretrain. The parts keep the names they have in this program (`img`,
/// `gt_label`, `img_metas`), so that models see no difference between the styles.
public struct PackInputs: Transform {
    /// What is gathered where a config does not say.
    public static let defaultMetaKeys = [
        "sample_idx", "img_path", "ori_shape", "img_shape", "scale_factor", "flip",
        "flip_direction",
    ]

    private let inputKey: String
    private let algorithmKeys: [String]
    private let metaKeys: [String]

    /// Reads `input_key`, `algorithm_keys` and `meta_keys`.
    public init(from reader: inout ConfigReader) throws {
        inputKey = try reader.value("input_key", default: "img")
        algorithmKeys = try reader.value("algorithm_keys", default: [])
        metaKeys = try reader.value("meta_keys", default: Self.defaultMetaKeys)
    }

    /// Draws nothing.
    public var isRandom: Bool { false }

    /// Replaces the sample by its packed parts.
    public func apply(to sample: inout Sample, random: inout RandomStream) throws {
        let image = try sample.requiredImage(for: "PackInputs", under: inputKey)
        var meta = DataDictionary()
        // Results and messages name images by their files.
        for key in ["filename", "ori_filename"] + metaKeys { meta[key] = sample[key] }
        if metaKeys.contains("img_path"), let file = sample.file {
            meta["img_path"] = .string(file)
        }
        var packed = DataDictionary()
        packed["img_metas"] = .dictionary(meta)
        packed["img"] = .array(ImageToTensor.channelsFirst(image))
        for key in ["gt_label", "gt_score", "mask"] + algorithmKeys { packed[key] = sample[key] }
        sample = Sample(packed)
    }
}
