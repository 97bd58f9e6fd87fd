import ConfigCore
import ImageData

/// The pipelines that give the views of an image whose scores test-time augmentation averages.
///
/// Source: `--tta` of MMPretrain's `tools/test.py`, `TestTimeAug`, `AverageClsScoreTTA`.
struct TestTimeViews {
    let pipelines: [Pipeline]

    /// Reads `tta_model` and `tta_pipeline`; without them images are seen as they are and flipped.
    init(_ root: ConfigNode, _ data: Experiment.Loader, _ registries: Registries) throws {
        if let model = root["tta_model"] { try Self.check(model) }
        let own = data.dataset["pipeline"]?.list ?? []
        let written = root["tta_pipeline"]
        let steps = try written.map { try Self.steps($0) } ?? Self.flips(own, data.path)
        let path = written == nil ? "\(data.path).pipeline" : "tta_pipeline"
        var context = registries.context()
        context.provide(PipelineStyle.new)
        pipelines = try Self.combinations(steps).map { view in
            let config = ConfigNode(
                .mapping(ConfigMapping([(key: path, node: ConfigNode(.list(view)))])))
            return try config.decode(at: "") { try Pipeline(path, from: &$0, context) }
        }
    }

    private static func check(_ model: ConfigNode) throws {
        try model.decode(at: "tta_model") { reader in
            let type: String = try reader.required("type")
            guard type.split(separator: ".").last == "AverageClsScoreTTA" else {
                throw reader.failure(
                    "type", "\"\(type)\" is not a known model for test-time augmentation",
                    remedy: "known: AverageClsScoreTTA")
            }
        }
    }

    /// The choices at each place of the config's pipeline: one before `TestTimeAug`, its own behind.
    private static func steps(_ pipeline: ConfigNode) throws -> [[ConfigNode]] {
        let steps = pipeline.list ?? []
        guard let last = steps.last,
            last["type"]?.string?.split(separator: ".").last == "TestTimeAug"
        else {
            throw ConfigError(
                at: pipeline, path: "tta_pipeline", problem: "does not end with TestTimeAug",
                remedy: "write the augmentations as its transforms")
        }
        let path = ConfigPath.join("tta_pipeline", index: steps.count - 1)
        let choices = try last.decode(at: path) { reader in
            _ = try reader.required("type", as: String.self)
            let lists: [ConfigNode] =
                try reader.required("transforms", as: ConfigNode.self).list ?? []
            let choices = lists.compactMap(\.list)
            guard choices.count == lists.count, !lists.isEmpty,
                choices.allSatisfy({ !$0.isEmpty })
            else {
                throw reader.failure("transforms", "", expected: "a list of lists of transforms")
            }
            return choices
        }
        return steps.dropLast().map { [$0] } + choices
    }

    private static func flips(_ own: [ConfigNode], _ path: String) throws -> [[ConfigNode]] {
        guard let last = own.last else {
            throw UsageError("--tta: \(path).pipeline has no transforms; write tta_pipeline")
        }
        return own.dropLast().map { [$0] } + [
            [["type": "RandomFlip", "prob": 1.0], ["type": "RandomFlip", "prob": 0.0]], [last],
        ]
    }

    /// Every choice with every other, the last place changing fastest.
    private static func combinations(_ steps: [[ConfigNode]]) -> [[ConfigNode]] {
        steps.reduce([[]]) { begun, choices in
            begun.flatMap { start in choices.map { start + [$0] } }
        }
    }
}
