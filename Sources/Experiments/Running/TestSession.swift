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
    private let evaluator: ClassificationEvaluator
    private let classNames: [String]?
    private let isMixedPrecision: Bool

    /// Builds model and data, and loads the checkpoint strictly.
    ///
    /// `metrics` and `metricOptions` (`key=value`) come before the config's own; `notes` are logged.
    public init(
        _ config: LoadedConfig, checkpoint: String, metrics: [String], metricOptions: [String],
        notes: [String] = [], _ registries: Registries
    ) throws {
        guard try ConfigStyle(config.root) == .legacy else {
            throw UsageError("new-style configs cannot be tested yet; use the legacy style")
        }
        let experiment = try LegacyInterpreter.experiment(config.root)
        var warnings = config.warnings.map(\.message)
        warnings += try CustomImports.check(config.root, registries)
        device = try Device()
        isMixedPrecision = experiment.isMixedPrecision
        let generator = TorchGenerator(seed: experiment.seed ?? 0)
        model = try buildClassifier(
            experiment.model, device: device, generator: generator, registries: registries,
            pretrained: nil
        ) { warnings.append($0) }
        let phase = experiment.loaders["test"] == nil ? "val" : "test"
        let options = try RunComponents.loader(phase, experiment)
        let dataset = try buildDataset(options.dataset, at: options.path, registries: registries)
        loader = DataLoader(
            dataset: dataset, batchSize: options.batchSize, workers: options.workers,
            order: .sequential, generator: generator, seed: experiment.seed ?? 0,
            onCorrupt: options.skipsCorrupt ? .skip : .error)
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
        let chosen = try RunComponents.metrics(node, at: "evaluation", model) {
            warnings.append($0)
        }
        evaluator = ClassificationEvaluator(chosen, labels: dataset.labels)
        let logger = Logger.lines(to: [StandardErrorOutput()])
        for message in notes + warnings { logger.warning("\(message)") }
        loader.onSkip = { logger.warning("\($0), skipped") }
        let runner = try EpochBasedRunner(
            RunnerDefaults(model: model, logger: logger, device: device), maxEpochs: 0)
        // A checkpoint trained with averaged weights holds two of each; only one is tested.
        try runner.register(EMAHook())
        let meta = try runner.loadCheckpoint(checkpoint, strict: true).meta
        classNames =
            meta["CLASSES"]?.elements.map { $0.compactMap(\.string) } ?? dataset.classNames
    }

    /// Predicts everything and computes the metrics.
    public func run(progress: ((Int, Int) -> Void)? = nil) throws -> TestResults {
        let context = ForwardContext(
            mode: .evaluation, tape: nil, device: device, random: KeyedRandom(seed: 0),
            precision: isMixedPrecision && device.hasFastBFloat16 ? .bfloat16 : .float32)
        loader.begin(epoch: 0)
        var done = 0
        while let batch = try loader.next() {
            try evaluator.process(batch, predictions: try model.predict(batch, context))
            done += 1
            progress?(done, loader.batchesPerEpoch)
        }
        return TestResults(
            metrics: try evaluator.compute(), scores: evaluator.predictions,
            classNames: classNames)
    }
}
