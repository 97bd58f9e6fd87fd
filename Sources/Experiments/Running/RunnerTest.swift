import ConfigCore
import Foundation
import ImageData
import Logging
import TensorCore
import TorchFile
import TrainingInterfaces
import WorkflowRunner

/// The test of a checkpoint by a new-style config: what `Runner.test()` does, with the words of a command.
///
/// Source: `tools/test.py` of MMPretrain.
struct RunnerTest {
    private let runner: Runner
    private let gathered = GatheredScores()
    private let checkpoint: FoundCheckpoint
    private let messages: [String]

    /// Builds model, data, metrics and hooks and reads the checkpoint; the log's folder is made last.
    ///
    /// Errors: throws `ConfigError`, `CheckpointError`, `UsageError`.
    init(_ config: LoadedConfig, _ options: TestOptions, _ registries: Registries) throws {
        guard options.metrics.isEmpty, options.metricOptions.isEmpty else {
            throw UsageError("--metrics: a new-style config names its metrics in test_evaluator")
        }
        let notes = try CustomImports.check(config.root, registries)
        runner = try Self.runner(config, options, registries)
        if options.averagesViews { try ViewAveragingModel.replaceModel(of: runner, config.root) }
        _ = try (runner.model, runner.testDataloader)
        if let evaluator = try runner.testEvaluator as? MetricEvaluator {
            let dump: [any BaseMetric] = options.dump.map { [DumpResults(to: $0)] } ?? []
            runner.setup.built.evaluators["test"] = try evaluator.adding(dump + [gathered])
        }
        messages =
            try options.notes + config.warnings.map(\.message) + notes + runner.experiment.notes
            + runner.setup.built.warnings
        _ = try runner.logProcessor
        checkpoint = try FoundCheckpoint(options.checkpoint)
        _ = try runner.hooks
    }

    /// The runner of the type that the config names, with the command's words in its config.
    private static func runner(
        _ config: LoadedConfig, _ options: TestOptions, _ registries: Registries
    ) throws -> Runner {
        var root = config.root.setting(
            "load_from", to: ConfigNode(.string(options.checkpoint)))
        if options.isMixedPrecision, let loop = root["test_cfg"], loop.mapping != nil {
            root = root.setting("test_cfg", to: loop.setting("fp16", to: true))
        }
        var setup = RunnerSetup(root, registries: registries)
        let path = options.configPath ?? config.files.first ?? ""
        let stem = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        setup.options = TrainingOptions(
            configPath: path,
            workDirectory: options.workDirectory ?? root["work_dir"]?.string
                ?? "./work_dirs/\(stem)")
        return try Runner.make(setup)
    }

    /// Loads the checkpoint strictly and tests it.
    ///
    /// - Parameter drawing: A folder for images with their predictions, and of how many images one is drawn.
    /// - Returns: Metrics and predictions.
    /// - Throws: Whatever checkpoint, data, model and metrics throw.
    func run(drawing: (folder: String, interval: Int)?) throws -> TestResults {
        let loader = try runner.testDataloader
        let logger = try runner.logger
        logger.info("Config style: new (MMEngine)")
        for message in messages { logger.warning("\(message)") }
        loader.onSkip = { logger.warning("\($0), skipped") }
        let meta = checkpoint.checkpoint.meta
        let saved = (meta["dataset_meta"]?["classes"] ?? meta["CLASSES"])?.elements
        let classNames = saved?.compactMap(\.string) ?? loader.dataset.classNames
        if let drawing {
            let gallery = try PredictionGallery(
                drawing.folder, loader.dataset, classNames: classNames, every: drawing.interval)
            try runner.registerHook(.built(GalleryHook(gallery)))
        }
        runner.checkpointToTest = checkpoint
        let numbers = try runner.test()
        let details = (try runner.testEvaluator as? MetricEvaluator)?.results ?? []
        let others = numbers.filter { number in !details.contains { $0.name == number.key } }
        let more = others.sorted { $0.key < $1.key }.map {
            (name: $0.key, value: MetricValue.number($0.value))
        }
        return TestResults(
            metrics: details + more,
            scores: gathered.table, classNames: classNames)
    }
}

/// Keeps the class scores of a test for a file of results; it gives no numbers.
private final class GatheredScores: BaseMetric {
    private var scores: [Float] = []
    private var width = 0

    var prefix: String? { nil }
    var metricNames: [String]? { [] }

    /// The scores, a row a sample.
    var table: PlainTensor {
        PlainTensor(scores, shape: [scores.count / max(1, width), width])
    }

    func process(_ batch: Batch, predictions: DataValue) {
        switch predictions {
        case .array(let array) where array.shape.count == 2: add(array)
        case .list(let samples), .tuple(let samples):
            for sample in samples {
                if case .array(let own) = DataSample(sample)?["pred_score"] { add(own) }
            }
        default: break
        }
    }

    private func add(_ array: PlainTensor) {
        width = array.shape.last ?? 0
        scores += array.floats
    }

    func computeMetrics() -> [(name: String, value: MetricValue)] { [] }

    /// Nothing: what was gathered is read after the test.
    func reset() {}
}

/// Draws the images of a test.
private final class GalleryHook: AfterTestIteration {
    private let gallery: PredictionGallery

    init(_ gallery: PredictionGallery) { self.gallery = gallery }

    func afterTestIteration(_ runner: BaseRunner) throws {
        guard let batch = runner.dataBatch else { return }
        guard let predictions = runner.evaluation?.predictions else {
            throw UsageError(
                "--show-dir: the model predicts no table of class scores; leave it out")
        }
        try gallery.add(batch, predictions)
    }
}
