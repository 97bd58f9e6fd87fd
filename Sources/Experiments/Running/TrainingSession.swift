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

/// A training run from a config to its last checkpoint: what `tools/train` does.
///
/// Source: `tools/train.py` of MMClassification 0.x.
public final class TrainingSession {
    /// Where a signal asks the run to stop.
    private let stopRequest = StopRequest()
    private let config: LoadedConfig
    private let options: TrainingOptions
    private let experiment: Experiment
    private let registries: Registries
    private let seed: UInt64
    private let workDirectory: String

    /// Reads what the config means; nothing is built or written yet.
    ///
    /// Errors: throws `ConfigError`, `UsageError`.
    public init(_ config: LoadedConfig, _ options: TrainingOptions, _ registries: Registries) throws
    {
        guard try ConfigStyle(config.root) == .legacy else {
            throw UsageError(
                "\(options.configPath): new-style configs cannot be trained yet; use the legacy style "
                    + "(data, runner, optimizer, workflow)")
        }
        self.config = config
        self.options = options
        self.registries = registries
        var experiment = try LegacyInterpreter.experiment(config.root)
        experiment.resumeFrom = options.resumeFrom ?? experiment.resumeFrom
        experiment.loadFrom = options.loadFrom ?? experiment.loadFrom
        for path in [experiment.resumeFrom, experiment.loadFrom].compactMap(\.self) {
            try Self.requireFile(path)
        }
        self.experiment = experiment
        seed = options.seed ?? experiment.seed ?? UInt64.random(in: 0..<(1 << 31))
        let stem = URL(fileURLWithPath: options.configPath).deletingPathExtension()
            .lastPathComponent
        workDirectory =
            options.workDirectory ?? experiment.workDirectory ?? "./work_dirs/\(stem)"
    }

    private static func requireFile(_ path: String) throws {
        if !FileManager.default.fileExists(atPath: path) {
            throw CheckpointError(
                file: path, path: nil, problem: "no such file",
                remedy: "give the path of a .pth checkpoint", cause: nil)
        }
    }

    /// Trains to the end, or until it is asked to stop.
    ///
    /// Ctrl-C finishes the step and saves a checkpoint; a second one ends the program at once.
    ///
    /// `progress` is called during evaluations with the batches done and their number.
    public func run(progress: ((Int, Int) -> Void)? = nil) throws {
        let signals = SignalWatch(stopRequest)
        defer { signals.stop() }
        let components = try RunComponents(
            experiment, seed: seed, evaluates: options.evaluates, registries)
        // Everything that can be wrong with config or checkpoint is found before anything is touched.
        try tryOut(components)
        var moved: [String] = []
        let folder = try WorkDirectory(
            workDirectory, isResuming: experiment.resumeFrom != nil
        ) { moved.append($0) }
        let timestamp = RunnerDefaults.currentTimestamp()
        let log = try FileTextOutput(path: "\(folder.path)/\(timestamp).log")
        let logger = Logger.lines(
            to: [StandardErrorOutput(), log], level: try LogLevel.level(experiment.logLevel))
        for message in moved { logger.info("\(message)") }
        try logStart(components, logger)
        let runner = try makeRunner(components, folder.path, logger, timestamp, progress)
        try dumpConfig(to: folder.path)
        try begin(runner)
        components.reportSkippedFiles(to: logger)
        try runner.run(components.loaders, workflow: workflow)
        components.reportSkippedCount(to: logger)
        withExtendedLifetime(folder) {}
    }

    /// Where the results are, for the last line of a run.
    public var summary: String {
        let folder = URL(fileURLWithPath: workDirectory).standardizedFileURL.path
        let latest = "\(folder)/latest.pth"
        let checkpoint = FileManager.default.fileExists(atPath: latest) ? latest : "none was saved"
        return "checkpoint: \(checkpoint)\nlogs: \(folder)/*.log, \(folder)/*.log.json"
    }

    /// Tries everything out without writing anything, and forecasts the whole run.
    public func forecast() throws -> Forecast {
        let components = try RunComponents(
            experiment, seed: seed, evaluates: options.evaluates, registries)
        try tryOut(components)
        return try Forecast(experiment, components)
    }

    /// Sets the run up without a work directory and without a word.
    private func tryOut(_ components: RunComponents) throws {
        let runner = try makeRunner(
            components, nil, Logger.lines(to: [], level: .critical),
            RunnerDefaults.currentTimestamp(), nil)
        try begin(runner)
        do {
            try runner.check(components.loaders, workflow: workflow)
        } catch let error as WorkflowError {
            throw ConfigError(error, experiment)
        }
    }

    private var workflow: [(String, Int)] { experiment.workflow.map { ($0.phase, $0.count) } }

    private func begin(_ runner: BaseRunner) throws {
        if let checkpoint = experiment.resumeFrom {
            try runner.resume(checkpoint)
        } else if let checkpoint = experiment.loadFrom {
            try runner.loadCheckpoint(checkpoint)
        }
    }

    private func makeRunner(
        _ components: RunComponents, _ folder: String?, _ logger: Logger, _ timestamp: String,
        _ progress: ((Int, Int) -> Void)?
    ) throws -> BaseRunner {
        let defaults = RunnerDefaults(
            model: components.model, optimizer: components.optimizer, workDirectory: folder,
            logger: logger, meta: meta(components), device: components.device,
            generator: components.generator, seed: seed, stopRequest: stopRequest,
            onNonFinite: try nonFiniteAction(), timestamp: timestamp)
        let runner = try buildRunner(
            experiment.runner.config, at: experiment.runner.path, defaults: defaults,
            registry: registries.runners)
        let hooks = experiment.hooks
        try runner.registerTrainingHooks(
            lrConfig: hooks.learningRate, optimizerConfig: try optimizerHook(components),
            checkpointConfig: hooks.checkpoint, logConfig: hooks.log,
            momentumConfig: hooks.momentum, timerConfig: hooks.timer ?? ["type": "IterTimerHook"],
            customHooks: hooks.custom, context: registries.context())
        try runner.registerProfilerHook(hooks.profiler, context: registries.context())
        if let evaluation = components.evaluation, let config = experiment.evaluation {
            var options = try config.hook.decode(at: config.path) {
                try EvaluationOptions(from: &$0)
            }
            if config.hook["by_epoch"] == nil { options.byEpoch = runner.countsByEpoch }
            if options.byEpoch, !runner.countsByEpoch {
                // MMClassification lets the runner decide, whatever the config says.
                options.byEpoch = false
                logger.warning(
                    "evaluation.by_epoch is true, but the runner counts iterations: evaluation.interval counts them too"
                )
            }
            let hook = EvalHook(
                loader: evaluation.loader, evaluator: evaluation.evaluator, options: options,
                progress: progress)
            try runner.register(hook, priority: .low)
        }
        return runner
    }

    /// The hook that steps, unless the model steps several optimizers itself.
    private func optimizerHook(_ components: RunComponents) throws -> ConfigNode? {
        let config = experiment.hooks.optimizer
        guard let optimizer = components.optimizer, optimizer.single == nil else {
            return config ?? [:]
        }
        guard let config else { return nil }
        throw ConfigError(
            at: config, path: "optimizer_config",
            problem: "the run has several optimizers, which the model steps itself",
            remedy: "leave optimizer_config and fp16 out, or set them to None")
    }

    private func nonFiniteAction() throws -> NonFiniteAction {
        guard let action = NonFiniteAction(rawValue: experiment.onNonFinite) else {
            throw ConfigError(
                at: config.root["on_nonfinite"] ?? config.root, path: "on_nonfinite",
                expected: "\"stop\" or \"warn\"")
        }
        return action
    }

    private func meta(_ components: RunComponents) -> TorchDictionary {
        var meta = TorchDictionary()
        meta["env_info"] = .string(EnvironmentReport(components.device).text)
        meta["seed"] = .int(Int(truncatingIfNeeded: seed))
        // MMCV reads it as Python where it resumes.
        meta["config"] = .string(ConfigWriter.python(config.root))
        if let classes = components.datasets["train"]?.classNames {
            meta["CLASSES"] = .tuple(classes.map { .string($0) })
        }
        return meta
    }

    private func logStart(_ components: RunComponents, _ logger: Logger) throws {
        let line = String(repeating: "-", count: 60)
        logger.info(
            "Environment info:\n\(line)\n\(EnvironmentReport(components.device).text)\n\(line)\n")
        logger.info("Distributed training: False")
        logger.info("Config:\n\(ConfigWriter.python(config.root))")
        logger.info(
            "Set random seed to \(seed), deterministic: \(experiment.timesAlgorithms ? "False" : "True")"
        )
        logger.info("\(ValidationSummary(experiment, components).text)")
        let notes =
            options.notes + experiment.notes + config.warnings.map(\.message) + components.warnings
        for note in notes { logger.warning("\(note)") }
    }

    /// The resolved config goes beside the results under the config's own name.
    private func dumpConfig(to folder: String) throws {
        let name = URL(fileURLWithPath: options.configPath).deletingPathExtension()
            .lastPathComponent
        let path = "\(folder)/\(name).json"
        do {
            try Data((ConfigWriter.json(config.root) + "\n").utf8).write(
                to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw RunnerError(path, "cannot write: \(SystemError.reason(error))")
        }
    }
}
