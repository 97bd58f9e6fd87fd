import ConfigCore

/// Augmentations of whole batches: `BatchMixup(alpha, num_classes, prob)` in the legacy style, `Mixup(alpha)`
/// with a list of shares in the new one.
enum BatchAugments {
    private static let names = [
        ("BatchMixup", "Mixup"), ("BatchCutMix", "CutMix"), ("BatchResizeMix", "ResizeMix"),
    ]

    /// The augmentations in the new style; `Identity` is what remains of the shares there.
    static func new(_ node: ConfigNode, at path: String) throws -> (
        augments: [ConfigNode], shares: [ConfigNode]?, classes: ConfigNode?
    ) {
        var augments: [ConfigNode] = []
        var shares: [ConfigNode] = []
        var classes: ConfigNode?
        for (place, augment) in (node.list ?? [node]).enumerated() {
            let path = node.list == nil ? path : ConfigPath.join(path, index: place)
            guard let type = augment["type"]?.string else {
                throw ConfigError(
                    at: augment, path: path, problem: "an augmentation needs the key type")
            }
            classes = augment["num_classes"] ?? classes
            if type == "Identity" { continue }
            let name = names.first { $0.0 == type }?.1 ?? type
            augments.append(
                augment.removing("num_classes").removing("prob").setting(
                    "type", to: ConfigNode(.string(name))))
            shares.append(augment["prob"] ?? 1.0)
        }
        let isPlain = shares.count == 1 && shares[0].double == 1
        return (augments, isPlain ? nil : shares, classes)
    }

    /// The augmentations in the legacy style.
    static func legacy(
        _ training: ConfigNode, classes: ConfigNode?, at path: String
    ) throws -> ConfigNode {
        let augments = training["augments"] ?? []
        let list = augments.list ?? [augments]
        let shares = training["probs"]?.list
        let converted = try list.enumerated().map { place, augment in
            guard let type = augment["type"]?.string else {
                throw ConfigError(
                    at: augment, path: path, problem: "an augmentation needs the key type")
            }
            guard let classes else {
                throw ConfigError(
                    at: augment, path: path,
                    problem: "the number of classes is not known",
                    remedy: "set data_preprocessor.num_classes")
            }
            let name = names.first { $0.1 == type }?.0 ?? type
            // Without shares all of them are equally likely.
            let share =
                shares.flatMap { $0.indices.contains(place) ? $0[place] : nil }
                ?? ConfigNode(.double(1 / Double(list.count)))
            return augment.setting("type", to: ConfigNode(.string(name)))
                .setting("num_classes", to: classes).setting("prob", to: share)
        }
        return converted.count == 1 ? converted[0] : ConfigNode(.list(converted))
    }
}
