import Classifiers
public import ConfigCore
import Foundation
import ImageData
import Logging
import NeuralNet
import TensorCore
import TorchFile
import TrainingInterfaces
import WorkflowRunner

/// The evaluation of a checkpoint: what `tools/test` does.
///
/// Source: `tools/test.py` of MMClassification 0.x.
public struct TestSession {
    private let device: Device
    private let model: any TrainableModel
    private let loader: DataLoader
    private let evaluator: any Evaluator
    private let classNames: [String]?
    private let isMixedPrecision: Bool

    /// Builds model and data, and loads the checkpoint strictly.
    ///
    /// `metrics` and `metricOptions` (`key=value`) come before the config's own, in a legacy one; `notes`
    /// are logged.
    public init(
        _ config: LoadedConfig, checkpoint: String, metrics: [String], metricOptions: [String],
        isMixedPrecision: Bool = false, notes: [String] = [], _ registries: Registries
    ) throws {
        let experiment = try Experiment(config.root, registries)
        var warnings = config.warnings.map(\.message)
        warnings += try CustomImports.check(config.root, registries)
        device = try Device()
        self.isMixedPrecision =
            isMixedPrecision
            || experiment.testing?.isMixedPrecision
                ?? (experiment.style == .legacy && experiment.isMixedPrecision)
        let generator = TorchGenerator(seed: experiment.seed ?? 0)
        model = try buildClassifier(
            experiment.model, device: device, generator: generator, registries: registries,
            pretrained: nil
        ) { warnings.append($0) }
        let isLegacy = experiment.style == .legacy
        let phase = experiment.loaders["test"] == nil && isLegacy ? "val" : "test"
        let options = try RunComponents.loader(phase, experiment)
        let dataset = try buildDataset(
            options.dataset, at: options.path, registries: registries,
            style: experiment.pipelineStyle)
        loader = DataLoader(
            dataset: dataset, batchSize: options.batchSize, workers: options.workers,
            order: isLegacy
                ? .sequential : RunComponents.order(options, seed: experiment.seed ?? 0),
            generator: generator, seed: experiment.seed ?? 0,
            onCorrupt: options.skipsCorrupt ? .skip : .error,
            collate: try options.collate(registries))
        if let testing = experiment.testing {
            guard metrics.isEmpty, metricOptions.isEmpty else {
                throw UsageError(
                    "--metrics: a new-style config names its metrics in test_evaluator")
            }
            evaluator = try buildEvaluator(
                testing.metrics, at: testing.path,
                labels: options.shuffles ? nil : dataset.labels, registries)
        } else {
            evaluator = try Self.evaluator(
                experiment, model, dataset, metrics, metricOptions
            ) { warnings.append($0) }
        }
        let logger = Logger.lines(to: [StandardErrorOutput()])
        logger.info(
            "Config style: \(isLegacy ? "legacy (MMCV 1.x)" : "new (MMEngine)")")
        for message in notes + warnings { logger.warning("\(message)") }
        loader.onSkip = { logger.warning("\($0), skipped") }
        let runner = try EpochBasedRunner(
            RunnerDefaults(model: model, logger: logger, device: device), maxEpochs: 0)
        // A checkpoint trained with averaged weights holds two of each; only one is tested.
        if isLegacy { try runner.register(EMAHook()) }
        let meta = try runner.loadCheckpoint(checkpoint, strict: true).meta
        classNames =
            (meta["CLASSES"] ?? meta["dataset_meta"]?["classes"])?.elements.map {
                $0.compactMap(\.string)
            } ?? dataset.classNames
    }

    /// The metrics that the command names, or a legacy config does.
    private static func evaluator(
        _ experiment: Experiment, _ model: any TrainableModel, _ dataset: any Dataset,
        _ metrics: [String], _ metricOptions: [String], warn: (String) -> Void
    ) throws -> any Evaluator {
        var node = experiment.evaluation?.metrics ?? [:]
        if !metrics.isEmpty {
            let origin = ConfigOrigin.commandLine("--metrics")
            node = node.setting(
                "metric",
                to: ConfigNode(
                    .list(metrics.map { ConfigNode(.string($0), origin: origin) }), origin: origin))
        }
        for (keyPath, value) in try ConfigOverrides.parse(metricOptions, option: "--metric-options")
        {
            node = node.setting("metric_options", keyPath.joined(separator: "."), to: value)
        }
        let chosen = try RunComponents.metrics(node, at: "evaluation", model, warn: warn)
        return ClassificationEvaluator(
            chosen, labels: dataset.labels,
            partCounts: (dataset as? ConcatDataset)?.separateCounts ?? [])
    }

    /// Predicts everything and computes the metrics.
    ///
    /// - Parameters:
    ///   - drawing: A folder for images with their predictions, and of how many images one is drawn.
    ///   - progress: Told after every batch how many of how many are done.
    /// - Returns: Metrics and predictions.
    /// - Throws: Whatever data, model and metrics throw.
    public func run(
        drawing: (folder: String, interval: Int)? = nil, progress: ((Int, Int) -> Void)? = nil
    ) throws -> TestResults {
        let gallery = try drawing.map {
            try PredictionGallery(
                $0.folder, loader.dataset, classNames: classNames, every: $0.interval)
        }
        let context = ForwardContext(
            mode: .evaluation, tape: nil, device: device, random: KeyedRandom(seed: 0),
            precision: isMixedPrecision && device.hasFastBFloat16 ? .bfloat16 : .float32)
        loader.begin(epoch: 0)
        var done = 0
        var scores: [Float] = []
        var width = 0
        while let batch = try loader.next() {
            let predictions = try model.predict(batch, context)
            try evaluator.process(batch, predictions: predictions)
            try gallery?.add(batch, predictions)
            scores += predictions.floats
            width = predictions.shape.last ?? 0
            done += 1
            progress?(done, loader.batchesPerEpoch)
        }
        return TestResults(
            metrics: try evaluator.compute(),
            scores: PlainTensor(scores, shape: [scores.count / max(1, width), width]),
            classNames: classNames)
    }
}
