public import ConfigCore
import ImageData
import Logging
import TensorCore
import TrainingInterfaces
import WorkflowRunner

/// A classifier with trained weights, and the pipeline of its config's test data.
///
/// Source: what `init_model` of MMClassification returns.
public final class InferenceModel {
    /// The names of the classes: those of the checkpoint, else those of the config; nil where neither has any.
    public let classNames: [String]?
    /// What the user should know of config and checkpoint.
    public let warnings: [String]
    private let loaded: LoadedModel
    private let pipeline: Pipeline
    private let batchSize: Int
    private let workers: Int

    /// Builds the model of a config and loads the weights of a checkpoint strictly; without one they are
    /// random.
    ///
    /// Errors: throws `ConfigError`, `CheckpointError`.
    public init(
        _ config: LoadedConfig, checkpoint: String?, registries: Registries = .standard()
    ) throws {
        let experiment = try Experiment(config.root, registries)
        let loaded = try LoadedModel(experiment, registries)
        self.loaded = loaded
        var warnings = config.warnings.map(\.message)
        warnings += try CustomImports.check(config.root, registries) + loaded.warnings
        let phase = experiment.loaders["test"] == nil ? "val" : "test"
        let data = try RunComponents.loader(phase, experiment)
        (batchSize, workers) = (data.batchSize, data.workers)
        let dataset = Self.innermost(data.dataset)
        pipeline = try Self.pipeline(dataset, data.path, experiment.pipelineStyle, registries)
        let own = dataset["classes"]?.list.map { $0.compactMap(\.string) }
        let saved = try checkpoint.flatMap { file in
            try loaded.load(file, Logger.lines(to: [StandardErrorOutput()], level: .warning))
        }
        classNames = saved ?? own
        if classNames == nil {
            warnings.append(
                "\(checkpoint ?? data.path): names no classes; predictions have their numbers")
        }
        self.warnings = warnings
    }

    /// What the classifier says of images, in their order; `onProgress` gets how many are done.
    ///
    /// - Parameters:
    ///   - images: Files, or folders of which all images are meant.
    ///   - onProgress: Called with the number of images done and of all.
    /// - Returns: One prediction an image.
    /// - Throws: `DataError` naming the first file that cannot be read.
    public func predict(
        _ images: [String], onProgress: ((Int, Int) -> Void)? = nil
    ) throws -> [Prediction] {
        let files = try ImageFiles(images, pipeline: pipeline)
        let loader = DataLoader(
            dataset: files, batchSize: min(batchSize, max(1, files.count)), workers: workers,
            seed: 0)
        let context = loaded.context()
        var predictions: [Prediction] = []
        loader.begin(epoch: 0)
        while let batch = try loader.next() {
            let scores = try loaded.model.predict(batch, context)
            let (width, values) = (scores.shape.last ?? 0, scores.floats)
            for row in 0..<batch.sampleCount {
                predictions.append(
                    Prediction(
                        files.paths[predictions.count],
                        scores: Array(values[(row * width)..<((row + 1) * width)]),
                        classNames: classNames))
            }
            onProgress?(predictions.count, files.count)
        }
        return predictions
    }

    /// The data set that others wrap.
    private static func innermost(_ dataset: ConfigNode) -> ConfigNode {
        if let first = dataset.list?.first ?? dataset["datasets"]?.list?.first {
            return innermost(first)
        }
        return dataset["dataset"].map(innermost) ?? dataset
    }

    /// The test pipeline, which may begin with images that its data set holds already.
    private static func pipeline(
        _ dataset: ConfigNode, _ path: String, _ style: PipelineStyle, _ registries: Registries
    ) throws -> Pipeline {
        var steps = dataset["pipeline"]?.list ?? []
        let first = steps.first?["type"]?.string?.split(separator: ".").last
        if first != "LoadImageFromFile" { steps.insert(["type": "LoadImageFromFile"], at: 0) }
        var context = registries.context()
        context.provide(style)
        let config = ConfigNode(
            .mapping(ConfigMapping([(key: "pipeline", node: ConfigNode(.list(steps)))])))
        return try config.decode(at: path) { try Pipeline(from: &$0, context) }
    }
}

/// Builds a classifier from a config file and loads the weights of a checkpoint.
///
/// Source: `init_model` of MMClassification 0.x; the device is the CPU.
///
/// - Parameters:
///   - config: The config file.
///   - checkpoint: The checkpoint; nil leaves the weights random.
///   - options: Changes of the config as `key=value`.
///   - registries: The components that the config may name.
/// - Returns: The model.
/// - Throws: `ConfigError`, `CheckpointError`.
public func initModel(
    _ config: String, checkpoint: String? = nil, options: [String] = [],
    registries: Registries = .standard()
) throws -> InferenceModel {
    try InferenceModel(
        ConfigFile.load(config, overrides: options), checkpoint: checkpoint,
        registries: registries)
}

/// What a classifier says of an image file.
///
/// Source: `inference_model` of MMClassification 0.x.
///
/// - Parameters:
///   - model: The model.
///   - image: The file.
/// - Returns: Class, score and name.
/// - Throws: `DataError`.
public func inferenceModel(_ model: InferenceModel, _ image: String) throws -> Prediction {
    let predictions = try model.predict([image])
    guard let first = predictions.first else {
        throw UsageError("\(image): holds no image")
    }
    return first
}
