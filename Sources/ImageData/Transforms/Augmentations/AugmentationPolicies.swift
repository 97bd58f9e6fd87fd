import ConfigCore

/// The policies that configs may name instead of listing them.
///
/// Source: facts of MMPretrain 1.x, which took them from DeepVoltaire/AutoAugment and
/// pytorch-image-models.
enum AugmentationPolicies {
    /// Policies of `AutoAugment`.
    static let auto: [String: [ConfigNode]] = ["imagenet": imagenet]

    /// Policies of `RandAugment`.
    static let rand: [String: [ConfigNode]] = [
        "timm_increasing": [
            ["type": "AutoContrast"],
            ["type": "Equalize"],
            ["type": "Invert"],
            ranged("Rotate", 0, 30),
            ranged("Posterize", 4, 0),
            ranged("Solarize", 256, 0),
            ranged("SolarizeAdd", 0, 110),
            ranged("ColorTransform", 0, 0.9),
            ranged("Contrast", 0, 0.9),
            ranged("Brightness", 0, 0.9),
            ranged("Sharpness", 0, 0.9),
            ranged("Shear", 0, 0.3, "horizontal"),
            ranged("Shear", 0, 0.3, "vertical"),
            ranged("Translate", 0, 0.45, "horizontal"),
            ranged("Translate", 0, 0.45, "vertical"),
        ],
        "simple_increasing": [
            ["type": "AutoContrast"],
            ["type": "Equalize"],
            ranged("Rotate", 0, 30),
            ranged("Shear", 0, 0.3, "horizontal"),
            ranged("Shear", 0, 0.3, "vertical"),
        ],
    ]

    /// The names, as messages list them.
    static func names(_ policies: [String: [ConfigNode]]) -> String {
        policies.keys.sorted().map { "\"\($0)\"" }.joined(separator: " or ") + " or a list"
    }

    private static let imagenet: [ConfigNode] = [
        [posterize(4, 0.4), rotate(30, 0.6)],
        [solarize(4, 0.6), plain("AutoContrast", 0.6)],
        [equalize(0.8), equalize(0.6)],
        [posterize(5, 0.6), posterize(5, 0.6)],
        [equalize(0.4), solarize(5, 0.2)],
        [equalize(0.4), rotate(30.0 / 9 * 8, 0.8)],
        [solarize(6, 0.6), equalize(0.6)],
        [posterize(6, 0.8), equalize(1)],
        [rotate(10, 0.2), solarize(1, 0.6)],
        [equalize(0.6), posterize(5, 0.4)],
        [rotate(30.0 / 9 * 8, 0.8), magnitude("ColorTransform", 0, 0.4)],
        [rotate(30, 0.4), equalize(0.6)],
        [equalize(0), equalize(0.8)],
        [plain("Invert", 0.6), equalize(1)],
        [magnitude("ColorTransform", 0.4, 0.6), magnitude("Contrast", 0.8, 1)],
        [rotate(30.0 / 9 * 8, 0.8), magnitude("ColorTransform", 0.2, 1)],
        [magnitude("ColorTransform", 0.8, 0.8), solarize(2, 0.8)],
        [magnitude("Sharpness", 0.7, 0.4), plain("Invert", 0.6)],
        [
            magnitude("Shear", 0.3 / 9 * 5, 0.6).setting("direction", to: "horizontal"),
            equalize(1),
        ],
        [magnitude("ColorTransform", 0, 0.4), equalize(0.6)],
        [equalize(0.4), solarize(5, 0.2)],
        [solarize(4, 0.6), plain("AutoContrast", 0.6)],
        [plain("Invert", 0.6), equalize(1)],
        [magnitude("ColorTransform", 0.4, 0.6), magnitude("Contrast", 0.8, 1)],
        [equalize(0.8), equalize(0.6)],
    ]

    private static func plain(_ type: String, _ probability: Double) -> ConfigNode {
        ["type": ConfigNode(.string(type)), "prob": ConfigNode(.double(probability))]
    }

    private static func strength(_ type: String, _ key: String, _ value: Double, _ prob: Double)
        -> ConfigNode
    { plain(type, prob).setting(key, to: ConfigNode(.double(value))) }

    private static func equalize(_ prob: Double) -> ConfigNode { plain("Equalize", prob) }

    private static func posterize(_ bits: Double, _ prob: Double) -> ConfigNode {
        strength("Posterize", "bits", bits, prob)
    }

    private static func rotate(_ angle: Double, _ prob: Double) -> ConfigNode {
        strength("Rotate", "angle", angle, prob)
    }

    /// Thresholds are so many ninths of the range.
    private static func solarize(_ ninths: Double, _ prob: Double) -> ConfigNode {
        strength("Solarize", "thr", 256.0 / 9 * ninths, prob)
    }

    private static func magnitude(_ type: String, _ value: Double, _ prob: Double) -> ConfigNode {
        strength(type, "magnitude", value, prob)
    }

    private static func ranged(
        _ type: String, _ low: Double, _ high: Double, _ direction: String? = nil
    ) -> ConfigNode {
        let range = ConfigNode(.list([ConfigNode(.double(low)), ConfigNode(.double(high))]))
        let node: ConfigNode = ["type": ConfigNode(.string(type)), "magnitude_range": range]
        guard let direction else { return node }
        return node.setting("direction", to: ConfigNode(.string(direction)))
    }
}
