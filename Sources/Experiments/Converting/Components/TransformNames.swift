import ConfigCore

/// A transform's name and keys in both styles, where more than nothing differs.
struct TransformNames {
    let legacy: String
    let new: String
    /// Keys with two names.
    let keys: [(legacy: String, new: String)]
    /// Keys whose default differs: what each style takes where the key is absent.
    let defaults: [(legacyKey: String, legacy: ConfigNode, new: ConfigNode?)]
    /// Keys that only the legacy style has, and only says something where another one is set.
    let idle: [String]

    init(
        _ legacy: String, _ new: String? = nil, keys: [(String, String)] = [],
        defaults: [(String, ConfigNode, ConfigNode?)] = [], idle: [String] = []
    ) {
        self.legacy = legacy
        self.new = new ?? legacy
        self.keys = keys.map { (legacy: $0.0, new: $0.1) }
        self.defaults = defaults.map { (legacyKey: $0.0, legacy: $0.1, new: $0.2) }
        self.idle = idle
    }

    /// The transforms that need no code of their own.
    static let all: [TransformNames] = [
        TransformNames("RandomCrop", keys: [("size", "crop_size")]),
        TransformNames(
            "RandomFlip", keys: [("flip_prob", "prob")], defaults: [("flip_prob", 0.5, nil)]),
        TransformNames("RandomGrayscale", keys: [("gray_prob", "prob")]),
        TransformNames(
            "RandomResizedCrop", keys: resizedCropKeys, idle: ["min_covered", "crop_padding"]),
        TransformNames(
            "RandomResizedCrop", "EfficientNetRandomCrop", keys: resizedCropKeys,
            defaults: [("interpolation", "bilinear", "bicubic")]),
        TransformNames(
            "CenterCrop", "EfficientNetCenterCrop",
            defaults: [("interpolation", "bilinear", "bicubic")]),
        TransformNames("Lighting", defaults: [("to_rgb", true, false)]),
        TransformNames("RandAugment", defaults: [("total_level", 30, 10)]),
        TransformNames("Albu", "Albumentations", idle: ["update_pad_shape"]),
    ]

    private static let resizedCropKeys = [
        ("size", "scale"), ("scale", "crop_ratio_range"), ("ratio", "aspect_ratio_range"),
    ]

    /// The transforms that are the same in both styles.
    static let shared: Set<String> = [
        "AutoAugment", "AutoContrast", "Brightness", "ColorJitter", "ColorTransform", "Contrast",
        "Cutout", "Equalize", "Invert", "LoadImageFromFile", "Normalize", "Posterize",
        "RandomErasing", "Rotate", "Sharpness", "Shear", "Solarize", "SolarizeAdd", "Translate",
    ]

    /// The transform in the new style.
    func new(_ step: ConfigNode) -> ConfigNode {
        var step = step
        for key in idle { step = step.removing(key) }
        for entry in defaults where step[entry.legacyKey] == nil {
            step = step.setting(entry.legacyKey, to: entry.legacy)
        }
        return rewritten(step, type: new) { name in
            keys.first { $0.legacy == name }?.new ?? name
        }
    }

    /// The transform in the legacy style.
    func legacy(_ step: ConfigNode) -> ConfigNode {
        var step = rewritten(step, type: legacy) { name in
            keys.first { $0.new == name }?.legacy ?? name
        }
        for entry in defaults where step[entry.legacyKey] == nil {
            if let value = entry.new { step = step.setting(entry.legacyKey, to: value) }
        }
        return step
    }

    private func rewritten(
        _ step: ConfigNode, type: String, _ name: (String) -> String
    ) -> ConfigNode {
        let entries = (step.mapping ?? ConfigMapping()).map { key, value in
            (key: name(key), node: key == "type" ? ConfigNode(.string(type)) : value)
        }
        return step.holding(.mapping(ConfigMapping(entries)))
    }
}
