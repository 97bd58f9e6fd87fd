import ConfigCore

/// A data pipeline in the new style: normalisation becomes the preprocessor's, packing one step.
struct PipelineConversion {
    /// The steps.
    let pipeline: ConfigNode
    /// What the model does with images before anything else, if the pipeline normalises.
    let preprocessor: ConfigNode?

    init(_ node: ConfigNode?, at path: String) throws {
        guard let node, let steps = node.list else {
            throw ConfigError(
                at: node ?? [:], path: path,
                problem: "a data set without a pipeline is not converted")
        }
        var converted: [ConfigNode] = []
        var preprocessor: ConfigNode?
        for (place, step) in steps.enumerated() {
            let stepPath = ConfigPath.join(path, index: place)
            guard let type = step["type"]?.string else {
                throw ConfigError(
                    at: step, path: stepPath, problem: "a step needs the key type")
            }
            switch type {
            case "Normalize": preprocessor = step.removing("type")
            case "ImageToTensor", "ToTensor": continue
            case "Collect": converted.append(["type": "PackInputs"])
            default: converted.append(try Self.transform(step, type, at: stepPath))
            }
        }
        pipeline = ConfigNode(.list(converted), origin: node.origin)
        self.preprocessor = preprocessor
    }

    /// Other names for the same settings, by transform; a transform that is not listed is refused.
    private static let renamedKeys: [String: [String: String]] = [
        "LoadImageFromFile": [:], "RandomCrop": ["size": "crop_size"],
        "RandomFlip": ["flip_prob": "prob"], "CenterCrop": [:], "Resize": [:],
    ]

    private static func transform(_ step: ConfigNode, _ type: String, at path: String) throws
        -> ConfigNode
    {
        guard let names = renamedKeys[type] else {
            throw ConfigError(
                at: step["type"] ?? step, path: "\(path).type",
                problem: "\"\(type)\" is not converted yet")
        }
        if type == "Resize", let size = step["size"] { return try resize(step, size, at: path) }
        var converted = ConfigMapping()
        for (key, value) in step.mapping ?? ConfigMapping() { converted[names[key] ?? key] = value }
        return ConfigNode(.mapping(converted), origin: step.origin)
    }

    private static func resize(_ step: ConfigNode, _ size: ConfigNode, at path: String) throws
        -> ConfigNode
    {
        let rest = step.removing("size").removing("type").removing("adaptive_side")
        var converted: ConfigNode
        if let sides = size.list, sides.count == 2, sides[1].int == -1 {
            let edge = step["adaptive_side"]?.string ?? "short"
            converted = [
                "type": "ResizeEdge", "scale": sides[0], "edge": ConfigNode(.string(edge)),
            ]
        } else if let sides = size.list, sides.count == 2 {
            // Height and width there, width and height here.
            converted = ["type": "Resize", "scale": ConfigNode(.list([sides[1], sides[0]]))]
        } else if size.int != nil {
            converted = ["type": "Resize", "scale": ConfigNode(.list([size, size]))]
        } else {
            throw ConfigError(
                at: size, path: "\(path).size", expected: "an integer or a pair of them")
        }
        for (key, value) in rest.mapping ?? ConfigMapping() {
            converted = converted.setting(key, to: value)
        }
        return converted
    }
}
