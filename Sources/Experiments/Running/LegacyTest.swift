import Classifiers
import ConfigCore
import Foundation
import ImageData
import Logging
import TensorCore
import TrainingInterfaces
import WorkflowRunner

/// The test of a checkpoint by a legacy config.
///
/// Source: `tools/test.py` of MMClassification 0.x.
struct LegacyTest {
    private let loaded: LoadedModel
    private let loader: DataLoader
    private let evaluator: any Evaluator
    private let classNames: [String]?
    private let isMixedPrecision: Bool

    /// Builds model and data, and loads the checkpoint strictly.
    init(_ config: LoadedConfig, _ options: TestOptions, _ registries: Registries) throws {
        guard !options.averagesViews else {
            throw UsageError(
                "--tta: is for new-style configs; convert this one by tools/convert-config")
        }
        let experiment = try Experiment(config.root, registries)
        var warnings = config.warnings.map(\.message)
        warnings += try CustomImports.check(config.root, registries)
        isMixedPrecision = options.isMixedPrecision || experiment.isMixedPrecision
        let loaded = try LoadedModel(experiment, registries)
        self.loaded = loaded
        warnings += loaded.warnings
        let data = try RunComponents.loader(
            experiment.loaders["test"] == nil ? "val" : "test", experiment)
        let dataset = try buildDataset(
            data.dataset, at: data.path, registries: registries, style: experiment.pipelineStyle)
        loader = DataLoader(
            dataset: dataset, batchSize: data.batchSize, workers: data.workers,
            order: .sequential, generator: loaded.generator, seed: experiment.seed ?? 0,
            onCorrupt: data.skipsCorrupt ? .skip : .error,
            collate: try data.collate(registries))
        let node = try LegacyEvaluation.config(
            experiment, metrics: options.metrics, options: options.metricOptions)
        evaluator = try LegacyEvaluation.evaluator(
            node, at: "evaluation", classCount: LegacyEvaluation.classCount(loaded.model), dataset,
            warn: { warnings.append($0) })
        let logger = Logger.lines(to: [StandardErrorOutput()])
        logger.info("Config style: legacy (MMCV 1.x)")
        for message in options.notes + warnings { logger.warning("\(message)") }
        loader.onSkip = { logger.warning("\($0), skipped") }
        classNames = try loaded.load(options.checkpoint, logger) ?? dataset.classNames
    }

    /// Predicts everything and computes the metrics.
    ///
    /// - Parameters:
    ///   - drawing: A folder for images with their predictions, and of how many images one is drawn.
    ///   - progress: Told after every batch how many of how many are done.
    /// - Returns: Metrics and predictions.
    /// - Throws: Whatever data, model and metrics throw.
    func run(
        drawing: (folder: String, interval: Int)?, progress: ((Int, Int) -> Void)?
    ) throws -> TestResults {
        let gallery = try drawing.map {
            try PredictionGallery(
                $0.folder, loader.dataset, classNames: classNames, every: $0.interval)
        }
        let context = loaded.context(isMixedPrecision: isMixedPrecision)
        loader.begin(epoch: 0)
        var done = 0
        var scores: [Float] = []
        var width = 0
        while let batch = try loader.next() {
            let predictions = try loaded.model.predict(batch, context)
            try evaluator.process(batch, predictions: predictions)
            try gallery?.add(batch, predictions)
            scores += predictions.floats
            width = predictions.shape.last ?? 0
            done += 1
            progress?(done, loader.batchesPerEpoch)
        }
        let metrics =
            try (evaluator as? any DetailedEvaluator)?.computeDetails()
            ?? evaluator.compute().map { ($0.name, .number($0.value)) }
        return TestResults(
            metrics: metrics,
            scores: PlainTensor(scores, shape: [scores.count / max(1, width), width]),
            classNames: classNames)
    }
}
