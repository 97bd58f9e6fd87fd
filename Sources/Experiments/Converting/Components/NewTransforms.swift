import ConfigCore

/// A legacy transform in the new style.
struct NewTransforms {
    /// Steps that the new style packs into one.
    static let formatting: Set<String> = ["ImageToTensor", "ToTensor", "Collect"]
    /// What transforms nobody knows here are said to be.
    static let foreign = "no transform of the original packages: its keys are taken over"

    var report = ConversionReport()

    /// The transform; nil where it has nothing to do there.
    mutating func convert(_ step: ConfigNode, at path: String) throws -> ConfigNode? {
        guard let type = step["type"]?.string else {
            throw ConfigError(at: step, path: path, problem: "a step needs the key type")
        }
        switch type {
        case "ImageToTensor", "ToTensor": return nil
        case "Collect": return try packing(step, at: path)
        case "Resize": return try resize(step, at: path)
        case "CenterCrop" where step["efficientnet_style"]?.bool != true:
            return try centerCrop(step, at: path)
        case "Pad": return try swapping(step, "size", at: path)
        case "LoadImageFromFile": return loading(step)
        default: break
        }
        let isEfficient = step["efficientnet_style"]?.bool ?? false
        let names = TransformNames.all.first {
            $0.legacy == type && $0.new.hasPrefix("EfficientNet") == isEfficient
        }
        if let names { return names.new(step.removing("efficientnet_style")) }
        if !TransformNames.shared.contains(type) { report.moved(type, type, Self.foreign) }
        return step
    }

    private mutating func packing(_ step: ConfigNode, at path: String) throws -> ConfigNode {
        report.moved(
            "ImageToTensor, ToTensor, Collect", "PackInputs", "packs image and label together")
        var packing: ConfigNode = ["type": "PackInputs"]
        let others = (step["keys"]?.list ?? []).filter {
            !["img", "gt_label"].contains($0.string)
        }
        if !others.isEmpty {
            packing = packing.setting("algorithm_keys", to: ConfigNode(.list(others)))
        }
        guard let names = step["meta_keys"]?.list else { return packing }
        let known = names.compactMap { name -> ConfigNode? in
            switch name.string {
            case "filename": "img_path"
            case "ori_filename", "img_norm_cfg": nil
            default: name
            }
        }
        return packing.setting("meta_keys", to: ConfigNode(.list(known)))
    }

    private mutating func loading(_ step: ConfigNode) -> ConfigNode {
        guard let arguments = step["file_client_args"]?.unlessNull else { return step }
        let rest = step.removing("file_client_args")
        if arguments["backend"]?.string == "disk" { return rest }
        report.moved("file_client_args", "backend_args")
        return rest.setting("backend_args", to: arguments)
    }

    private func resize(_ step: ConfigNode, at path: String) throws -> ConfigNode {
        guard let size = step["size"] else {
            throw ConfigError(at: step, path: path, problem: "a Resize needs the key size")
        }
        let rest = step.removing("size").removing("type").removing("adaptive_side")
        if let sides = size.list, sides.count == 2, sides[1].int == -1 {
            let edge = step["adaptive_side"]?.string ?? "short"
            return Self.joined(
                [
                    "type": "ResizeEdge", "scale": sides[0], "edge": ConfigNode(.string(edge)),
                ], rest)
        }
        let scale = try Self.swapped(size, at: ConfigPath.join(path, key: "size"))
        return Self.joined(["type": "Resize", "scale": scale], rest)
    }

    /// Only the efficientnet style pads and resizes.
    private func centerCrop(_ step: ConfigNode, at path: String) throws -> ConfigNode {
        var crop = step
        for key in ["efficientnet_style", "crop_padding", "interpolation", "backend"] {
            crop = crop.removing(key)
        }
        guard let size = crop["crop_size"] else { return crop }
        guard size.list != nil else { return crop }
        return crop.setting(
            "crop_size", to: try Self.swapped(size, at: ConfigPath.join(path, key: "crop_size")))
    }

    private func swapping(_ step: ConfigNode, _ key: String, at path: String) throws -> ConfigNode {
        guard let size = step[key]?.unlessNull, size.list != nil else { return step }
        return step.setting(key, to: try Self.swapped(size, at: ConfigPath.join(path, key: key)))
    }

    /// Height and width in the one style are width and height in the other; one number is both.
    static func swapped(_ size: ConfigNode, at path: String) throws -> ConfigNode {
        if size.int != nil { return .tuple(size, size) }
        guard let sides = size.list, sides.count == 2 else {
            throw ConfigError(at: size, path: path, expected: "a number or a pair of them")
        }
        return .tuple(sides[1], sides[0])
    }

    static func joined(_ first: ConfigNode, _ rest: ConfigNode) -> ConfigNode {
        (rest.mapping ?? ConfigMapping()).reduce(first) { $0.setting($1.key, to: $1.node) }
    }
}

extension ConfigNode {
    /// A pair, as Python writes it.
    static func tuple(_ first: ConfigNode, _ second: ConfigNode) -> ConfigNode {
        ConfigNode(.tuple([first, second]))
    }
}
