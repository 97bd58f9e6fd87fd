import ConfigCore

/// A new-style transform in the legacy style.
struct LegacyTransforms {
    /// What the model's preprocessor does to images, to be the pipeline's `Normalize`.
    let normalization: ConfigNode?
    /// Whether labels are wanted, as in training.
    let collectsLabels: Bool
    var report = ConversionReport()

    /// The steps that stand for one.
    mutating func convert(_ step: ConfigNode, at path: String) throws -> [ConfigNode] {
        guard let type = step["type"]?.string else {
            throw ConfigError(at: step, path: path, problem: "a step needs the key type")
        }
        switch type.split(separator: ".").last.map(String.init) ?? type {
        case "PackInputs": return collecting(step)
        case "ResizeEdge":
            let scale = step["scale"] ?? .init(.null)
            var resize: ConfigNode = ["type": "Resize", "size": .tuple(scale, -1)]
            if let edge = step["edge"], edge.string != "short" {
                resize = resize.setting("adaptive_side", to: edge)
            }
            return [
                NewTransforms.joined(
                    resize, step.removing("type").removing("scale").removing("edge"))
            ]
        case "Resize": return [try resize(step, at: path)]
        case "CenterCrop": return [try centerCrop(step, at: path)]
        case "Pad": return [try swapping(step, "size", at: path)]
        case "LoadImageFromFile": return [loading(step)]
        case "RandomApply", "RandomChoice":
            throw ConfigError(
                at: step, path: path, problem: "\(type) has no counterpart in the legacy style")
        case let name: return [try plain(step, name, at: path)]
        }
    }

    private mutating func plain(_ step: ConfigNode, _ name: String, at path: String) throws
        -> ConfigNode
    {
        if name == "RandomFlip", let share = step["prob"], share.list != nil {
            throw ConfigError(
                at: share, path: ConfigPath.join(path, key: "prob"),
                problem: "one share a direction has no counterpart")
        }
        if let names = TransformNames.all.first(where: { $0.new == name }) {
            let converted = names.legacy(step)
            return name.hasPrefix("EfficientNet")
                ? converted.setting("efficientnet_style", to: true) : converted
        }
        if !TransformNames.shared.contains(name) {
            report.moved(name, name, NewTransforms.foreign)
        }
        return step
    }

    private mutating func collecting(_ step: ConfigNode) -> [ConfigNode] {
        report.moved("PackInputs", "ImageToTensor, ToTensor, Collect")
        let others = step["algorithm_keys"]?.list ?? []
        let image: ConfigNode = ["img"]
        let label: ConfigNode = ["gt_label"]
        var keys: [ConfigNode] = ["img"]
        var steps: [ConfigNode] = normalization.map { [$0] } ?? []
        steps.append(["type": "ImageToTensor", "keys": image])
        if collectsLabels {
            steps.append(["type": "ToTensor", "keys": label])
            keys.append("gt_label")
        }
        var collect: ConfigNode = ["type": "Collect", "keys": ConfigNode(.list(keys + others))]
        if let names = step["meta_keys"]?.list {
            let known = names.map { $0.string == "img_path" ? "filename" : $0 }
            collect = collect.setting("meta_keys", to: ConfigNode(.list(known)))
        }
        return steps + [collect]
    }

    private func loading(_ step: ConfigNode) -> ConfigNode {
        guard let arguments = step["backend_args"] else { return step }
        let rest = step.removing("backend_args")
        return arguments.isNull ? rest : rest.setting("file_client_args", to: arguments)
    }

    private func resize(_ step: ConfigNode, at path: String) throws -> ConfigNode {
        for key in ["scale_factor", "keep_ratio"] {
            guard let value = step[key]?.unlessNull, value.bool != false else { continue }
            throw ConfigError(
                at: value, path: ConfigPath.join(path, key: key),
                problem: "has no counterpart in the legacy style",
                remedy: "resize to a size, or use ResizeEdge")
        }
        guard let scale = step["scale"] else {
            throw ConfigError(at: step, path: path, problem: "a Resize needs the key scale")
        }
        let rest = ["type", "scale", "keep_ratio", "scale_factor", "clip_object_border"].reduce(
            step
        ) { $0.removing($1) }
        let size = try NewTransforms.swapped(scale, at: ConfigPath.join(path, key: "scale"))
        return NewTransforms.joined(["type": "Resize", "size": size], rest)
    }

    private func centerCrop(_ step: ConfigNode, at path: String) throws -> ConfigNode {
        if let pads = step["auto_pad"], pads.bool == true {
            throw ConfigError(
                at: pads, path: ConfigPath.join(path, key: "auto_pad"),
                problem: "has no counterpart in the legacy style")
        }
        let crop = step.removing("auto_pad").removing("pad_cfg").removing("clip_object_border")
        return try swapping(crop, "crop_size", at: path)
    }

    private func swapping(_ step: ConfigNode, _ key: String, at path: String) throws -> ConfigNode {
        guard let size = step[key]?.unlessNull, size.list != nil else { return step }
        return step.setting(
            key, to: try NewTransforms.swapped(size, at: ConfigPath.join(path, key: key)))
    }
}
