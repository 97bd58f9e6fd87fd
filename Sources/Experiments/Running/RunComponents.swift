import Classifiers
import ConfigCore
import ImageData
import Logging
import NeuralNet
import TensorCore
import TrainingInterfaces

/// What a run is made of, built from an experiment in the order in which the original draws from its
/// generator: the model first, then data, then the optimizer.
struct RunComponents {
    let device: Device
    let generator: TorchGenerator
    let model: any TrainableModel
    /// Data sets by name, each built once.
    let datasets: [String: any Dataset]
    /// One loader a workflow entry.
    let loaders: [DataLoader]
    let optimizer: OptimizerSet?
    /// The loader and evaluator of metrics.
    let evaluation: (loader: DataLoader, evaluator: ClassificationEvaluator)?
    /// What the user should know.
    let warnings: [String]
    /// What trained weights were loaded.
    let messages: [String]

    /// With `loadsPretrained` false a checkpoint brings all weights.
    init(
        _ experiment: Experiment, seed: UInt64, evaluates: Bool, loadsPretrained: Bool,
        _ registries: Registries
    ) throws {
        device = try Device()
        device.algorithms.timesCandidates = experiment.timesAlgorithms
        let generator = TorchGenerator(seed: seed)
        self.generator = generator
        var warnings: [String] = []
        let pretrained = loadsPretrained ? PretrainedFiles() : nil
        let model = try buildClassifier(
            experiment.model, device: device, generator: generator, registries: registries,
            pretrained: pretrained
        ) { warnings.append($0) }
        messages = pretrained?.messages ?? []
        self.model = model
        let evaluation = evaluates ? experiment.evaluation : nil
        let needed = Set(experiment.workflow.map(\.phase) + (evaluation == nil ? [] : ["val"]))
        var datasets: [String: any Dataset] = [:]
        for phase in needed.sorted() {
            let loader = try Self.loader(phase, experiment)
            let dataset = try buildDataset(
                loader.dataset, at: loader.path, registries: registries)
            warnings += (dataset as? any DatasetWithWarnings)?.warnings ?? []
            datasets[phase] = dataset
        }
        self.datasets = datasets
        try Self.checkLabels(datasets, model, experiment)
        loaders = try experiment.workflow.map { phase, _ in
            try Self.loader(
                phase, experiment, datasets, generator, seed: seed,
                pipeline: phase == "val" && experiment.validatesWithTrainPipeline
                    ? Self.trainPipeline(experiment, registries) : nil,
                // Its loss needs the labels, which a pipeline for testing does not collect.
                keepsLabels: phase != "train")
        }
        optimizer = try experiment.optimizer.map {
            try OptimizerSet(
                OptimWrapper(buildOptimizer(model, $0, registry: registries.optimizers)))
        }
        self.evaluation = try evaluation.map { evaluation in
            let loader = try Self.loader("val", experiment, datasets, generator, seed: seed)
            let metrics = try Self.metrics(evaluation.metrics, at: evaluation.path, model) {
                warnings.append($0)
            }
            return (loader, ClassificationEvaluator(metrics, labels: datasets["val"]?.labels))
        }
        self.warnings = warnings
    }

    static func loader(_ phase: String, _ experiment: Experiment) throws -> Experiment.Loader {
        if let loader = experiment.loaders[phase] { return loader }
        guard experiment.workflow.contains(where: { $0.phase == phase }) else {
            throw ConfigError(
                at: [:], path: "data.\(phase)", problem: "required by the evaluation, but missing",
                remedy: "add it, or pass --no-validate")
        }
        let meant = Spelling.suggestion(for: phase, among: experiment.loaders.keys.sorted())
        throw ConfigError(
            at: [:], path: "workflow",
            problem: "the phase \"\(phase)\" has no data set data.\(phase)",
            remedy: meant.map { "did you mean \"\($0)\"?" }
                ?? "add the data set, or leave the phase out")
    }

    /// The metrics that `metric` and `metric_options` ask for.
    static func metrics(
        _ config: ConfigNode, at path: String, _ model: any TrainableModel,
        warn: (String) -> Void
    ) throws -> ClassificationMetrics {
        let classCount = classCount(model)
        var context = BuildContext()
        let issues = BuildWarnings()
        context.provide(issues)
        let metrics = try config.decode(at: path) {
            try ClassificationMetrics(from: &$0, classCount: classCount, context)
        }
        for issue in issues.issues { warn(issue.message) }
        return metrics
    }

    private static func classCount(_ model: any TrainableModel) -> Int? {
        ((model as? ImageClassifier)?.head as? LinearClsHead)?.classCount
    }

    /// Finds labels that the model has no class for now, not when their sample comes by.
    private static func checkLabels(
        _ datasets: [String: any Dataset], _ model: any TrainableModel, _ experiment: Experiment
    ) throws {
        guard let classCount = classCount(model) else { return }
        for (phase, dataset) in datasets.sorted(by: { $0.key < $1.key }) {
            let labels = (0..<dataset.count).compactMap { dataset.label(at: $0) }
            guard let largest = labels.max(), largest >= classCount else { continue }
            throw ConfigError(
                at: experiment.model["head"]?["num_classes"] ?? experiment.model,
                path: "model.head.num_classes",
                problem: "\(classCount) classes, but data.\(phase) has labels up to \(largest)",
                remedy: "set it to \(largest + 1)")
        }
    }

    private static func trainPipeline(_ experiment: Experiment, _ registries: Registries) throws
        -> Pipeline
    {
        let train = try loader("train", experiment)
        return try buildDataset(train.dataset, at: train.path, registries: registries).pipeline
    }

    private static func loader(
        _ phase: String, _ experiment: Experiment, _ datasets: [String: any Dataset],
        _ generator: TorchGenerator, seed: UInt64, pipeline: Pipeline? = nil,
        keepsLabels: Bool = false
    ) throws -> DataLoader {
        let options = try loader(phase, experiment)
        guard let dataset = datasets[phase] else {
            throw ConfigError(at: options.dataset, path: options.path, problem: "is not built")
        }
        let loader = DataLoader(
            dataset: dataset, pipeline: pipeline, batchSize: options.batchSize,
            workers: options.workers, order: options.shuffles ? .shuffled : .sequential,
            generator: generator, seed: seed, dropLast: options.dropsLast,
            onCorrupt: options.skipsCorrupt ? .skip : .error, keepsLabels: keepsLabels)
        guard loader.batchesPerEpoch > 0 else {
            throw ConfigError(
                at: options.dataset, path: options.path,
                problem:
                    "\(dataset.count) samples do not fill a batch of \(options.batchSize), and "
                    + "drop_last leaves them out",
                remedy: "lower samples_per_gpu, or leave drop_last out")
        }
        return loader
    }
}

extension RunComponents {
    private var allLoaders: [DataLoader] { loaders + (evaluation.map { [$0.loader] } ?? []) }

    /// Names every file that is left out as it is met.
    func reportSkippedFiles(to logger: Logger) {
        for loader in allLoaders { loader.onSkip = { logger.warning("\($0), skipped") } }
    }

    /// Says at the end how many reads failed, over all passes.
    func reportSkippedCount(to logger: Logger) {
        let count = allLoaders.reduce(0) { $0 + $1.skipped.count }
        if count > 0 {
            logger.warning("\(count) unreadable images were skipped, counted each pass")
        }
    }
}

extension Dataset {
    /// The class of every element; nil where a class is known only from the data itself.
    var labels: [Int64]? {
        let labels = (0..<count).compactMap { label(at: $0).map(Int64.init) }
        return labels.count == count ? labels : nil
    }
}
