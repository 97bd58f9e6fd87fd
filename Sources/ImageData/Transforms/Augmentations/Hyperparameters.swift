import ConfigCore

/// Settings that augmentations of a policy take over where they do not say otherwise.
///
/// Source: `hparams` of MMClassification.
struct Hyperparameters {
    /// The settings that can be given for all augmentations, and which ones know them.
    private static let users: [String: Set<String>] = [
        "pad_val": ["Shear", "Translate", "Rotate", "Cutout"],
        "interpolation": ["Shear", "Translate", "Rotate"],
        "random_negative_prob": [
            "Shear", "Translate", "Rotate", "Contrast", "ColorTransform", "Brightness", "Sharpness",
        ],
        "prob": [
            "AutoContrast", "Brightness", "ColorTransform", "Contrast", "Cutout", "Equalize",
            "Invert", "Posterize", "Rotate", "Sharpness", "Shear", "Solarize", "SolarizeAdd",
            "Translate",
        ],
    ]

    private let settings: ConfigMapping

    /// Reads `hparams`.
    init(from reader: inout ConfigReader) throws {
        guard let node: ConfigNode = try reader.optional("hparams") else {
            settings = ConfigMapping([(key: "pad_val", node: 128)])
            return
        }
        settings = try node.decode(at: reader.path(to: "hparams")) { entries in
            for key in Self.users.keys.sorted() { entries.ignore(key) }
            return entries.node.mapping ?? ConfigMapping()
        }
    }

    /// An augmentation's config with the settings it knows and does not have.
    func added(to step: ConfigNode) -> ConfigNode {
        guard let type = step["type"]?.string else { return step }
        let name = type.split(separator: ".").last.map(String.init) ?? type
        var result = step
        for (key, value) in settings where Self.users[key]?.contains(name) == true {
            if step[key]?.isNull ?? true { result = result.setting(key, to: value) }
        }
        return result
    }
}
