import Classifiers
public import ConfigCore
import Foundation
import ImageData
import Logging
import TensorCore
import TrainingInterfaces
import WorkflowRunner

/// The evaluation of a checkpoint: what `tools/test` does.
///
/// Source: `tools/test.py` of MMClassification 0.x and of MMPretrain.
public struct TestSession {
    private let loaded: LoadedModel
    /// One loader a view of the images.
    private let loaders: [DataLoader]
    private let evaluator: any Evaluator
    private let classNames: [String]?
    private let isMixedPrecision: Bool
    /// Whether the test of a new-style config writes all predictions to a pickle itself.
    public let hasDumped: Bool

    /// Builds model and data, and loads the checkpoint strictly.
    public init(_ config: LoadedConfig, _ options: TestOptions, _ registries: Registries) throws {
        let experiment = try Experiment(config.root, registries)
        let isLegacy = experiment.style == .legacy
        var warnings = config.warnings.map(\.message)
        warnings += try CustomImports.check(config.root, registries)
        isMixedPrecision =
            options.isMixedPrecision
            || experiment.testing?.isMixedPrecision ?? (isLegacy && experiment.isMixedPrecision)
        let loaded = try LoadedModel(experiment, registries)
        self.loaded = loaded
        warnings += loaded.warnings
        let phase = experiment.loaders["test"] == nil && isLegacy ? "val" : "test"
        let data = try RunComponents.loader(phase, experiment)
        let dataset = try buildDataset(
            data.dataset, at: data.path, registries: registries, style: experiment.pipelineStyle)
        loaders = try Self.views(options, config.root, data, experiment, registries).map {
            pipeline in
            DataLoader(
                dataset: dataset, pipeline: pipeline, batchSize: data.batchSize,
                workers: data.workers,
                order: isLegacy
                    ? .sequential : RunComponents.order(data, seed: experiment.seed ?? 0),
                generator: loaded.generator, seed: experiment.seed ?? 0,
                onCorrupt: data.skipsCorrupt ? .skip : .error,
                collate: try data.collate(registries))
        }
        evaluator =
            try experiment.testing.map {
                try Self.evaluator($0, options, data.shuffles ? nil : dataset.labels, registries)
            }
            ?? Self.evaluator(experiment, loaded.model, dataset, options) { warnings.append($0) }
        hasDumped = options.dump != nil && !isLegacy
        let logger = Logger.lines(to: [StandardErrorOutput()])
        logger.info("Config style: \(isLegacy ? "legacy (MMCV 1.x)" : "new (MMEngine)")")
        for message in options.notes + warnings { logger.warning("\(message)") }
        loaders.first?.onSkip = { logger.warning("\($0), skipped") }
        classNames = try loaded.load(options.checkpoint, logger) ?? dataset.classNames
    }

    /// The pipelines whose predictions are averaged; nil stands for the data set's own.
    private static func views(
        _ options: TestOptions, _ root: ConfigNode, _ data: Experiment.Loader,
        _ experiment: Experiment, _ registries: Registries
    ) throws -> [Pipeline?] {
        guard options.averagesViews else { return [nil] }
        guard experiment.style == .new else {
            throw UsageError(
                "--tta: is for new-style configs; convert this one by tools/convert-config")
        }
        return try TestTimeViews(root, data, registries).pipelines
    }

    /// The metrics of a new-style config.
    private static func evaluator(
        _ testing: Experiment.PhaseEvaluation, _ options: TestOptions, _ labels: [Int64]?,
        _ registries: Registries
    ) throws -> any Evaluator {
        guard options.metrics.isEmpty, options.metricOptions.isEmpty else {
            throw UsageError("--metrics: a new-style config names its metrics in test_evaluator")
        }
        let evaluator = try buildEvaluator(
            testing.metrics, at: testing.path, labels: labels, registries)
        guard let file = options.dump, let several = evaluator as? MetricEvaluator else {
            return evaluator
        }
        return try MetricEvaluator(
            several.metrics + [DumpResults(to: file)], labels: labels, path: testing.path)
    }

    /// The metrics that the command names, or a legacy config does.
    private static func evaluator(
        _ experiment: Experiment, _ model: any TrainableModel, _ dataset: any Dataset,
        _ options: TestOptions, warn: (String) -> Void
    ) throws -> any Evaluator {
        let node = try LegacyEvaluation.config(
            experiment, metrics: options.metrics, options: options.metricOptions)
        return try LegacyEvaluation.evaluator(
            node, at: "evaluation", classCount: LegacyEvaluation.classCount(model), dataset,
            warn: warn)
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
                $0.folder, loaders[0].dataset, classNames: classNames, every: $0.interval)
        }
        let context = loaded.context(isMixedPrecision: isMixedPrecision)
        for loader in loaders { loader.begin(epoch: 0) }
        var done = 0
        var scores: [Float] = []
        var width = 0
        while let batch = try loaders[0].next() {
            var views = [try loaded.model.predict(batch, context)]
            for loader in loaders.dropFirst() {
                guard let view = try loader.next() else { break }
                views.append(try loaded.model.predict(view, context))
            }
            let predictions = Self.mean(views)
            try evaluator.process(batch, predictions: predictions)
            try gallery?.add(batch, predictions)
            scores += predictions.floats
            width = predictions.shape.last ?? 0
            done += 1
            progress?(done, loaders[0].batchesPerEpoch)
        }
        let metrics =
            try (evaluator as? any DetailedEvaluator)?.computeDetails()
            ?? evaluator.compute().map { ($0.name, .number($0.value)) }
        return TestResults(
            metrics: metrics,
            scores: PlainTensor(scores, shape: [scores.count / max(1, width), width]),
            classNames: classNames)
    }

    private static func mean(_ views: [PlainTensor]) -> PlainTensor {
        guard views.count > 1 else { return views[0] }
        var sum = views[0].floats
        for view in views.dropFirst() {
            for (place, score) in view.floats.enumerated() { sum[place] += score }
        }
        let count = Float(views.count)
        return PlainTensor(sum.map { $0 / count }, shape: views[0].shape)
    }
}
