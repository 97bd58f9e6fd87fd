import ConfigCore
import ImageData
import Logging
import NeuralNet
import TensorCore
import TrainingInterfaces
import WorkflowRunner

/// A validation or test outside training, with a model that was trained or that a checkpoint fills.
struct EvaluationRun {
    private let runner: EpochBasedRunner
    private let loader: DataLoader
    private let evaluation: PhaseEvaluation

    init(
        _ phase: String, _ wanted: Experiment.PhaseEvaluation, _ experiment: Experiment,
        _ built: BuiltParts, _ registries: Registries, workDir: String,
        trained: (components: RunComponents, runner: BaseRunner)?
    ) throws {
        let device = try trained?.components.device ?? built.device ?? Device()
        let seed = experiment.seed ?? 0
        let generator = TorchGenerator(seed: seed)
        let logger = Logger.lines(
            to: [StandardErrorOutput()], level: try LogLevel.level(experiment.logLevel))
        let model =
            try trained?.components.model ?? built.model
            ?? buildClassifier(
                experiment.model, device: device, generator: generator, registries: registries,
                pretrained: nil)
        runner = try EpochBasedRunner(
            RunnerDefaults(
                model: model, workDirectory: workDir, logger: logger, device: device,
                generator: generator, seed: seed), maxEpochs: 0)
        runner.hasLoopStages = true
        if let trained {
            for entry in trained.runner.registeredHooks {
                try runner.register(entry.hook, priority: entry.priority)
            }
        } else {
            for hook in experiment.hooks.listed ?? [] {
                try runner.register(
                    from: hook.config, at: hook.path, context: registries.context())
            }
            for (hook, priority) in built.hooks { try runner.register(hook, priority: priority) }
            let visualizer = try Visualizer.build(
                experiment.hooks.visualizer, folder: "\(workDir)/\(runner.timestamp)",
                name: "\(phase)_\(runner.timestamp)", context: registries.context())
            for case let hook as any VisualizerUser in runner.hooks
            where !(hook is LoopLoggerHook) { hook.visualizer = visualizer }
            try Self.load(experiment, workDir, into: runner)
        }
        if let own = built.loaders[phase] {
            loader = own
        } else {
            let options = try RunComponents.loader(phase, experiment)
            loader = DataLoader(
                dataset: try buildDataset(
                    options.dataset, at: options.path, registries: registries, style: .new),
                batchSize: options.batchSize, workers: options.workers,
                order: RunComponents.order(options, seed: seed), generator: generator, seed: seed,
                dropLast: options.dropsLast, onCorrupt: options.skipsCorrupt ? .skip : .error,
                collate: try options.collate(registries))
        }
        evaluation = PhaseEvaluation(
            try built.evaluators[phase]
                ?? buildEvaluator(
                    wanted.metrics, at: wanted.path, labels: loader.dataset.labels, registries),
            isMixedPrecision: wanted.isMixedPrecision)
    }

    /// Brings the weights that the config names.
    private static func load(_ experiment: Experiment, _ workDir: String, into runner: BaseRunner)
        throws
    {
        let newest = experiment.resumesNewest ? NewestCheckpoint(in: workDir).found : nil
        if let newest {
            try runner.loadCheckpoint(newest, strict: true)
        } else if let name = experiment.resumeFrom {
            try runner.loadCheckpoint(name, strict: true)
        } else if let name = experiment.loadFrom {
            try runner.loadCheckpoint(name)
        }
    }

    func metrics(as stages: PhaseStages) throws -> [(name: String, value: Double)] {
        try runner.evaluate(loader, by: evaluation, as: stages)
    }
}
