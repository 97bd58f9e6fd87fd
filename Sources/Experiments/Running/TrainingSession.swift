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
    let config: LoadedConfig
    let options: TrainingOptions
    let experiment: Experiment
    let built: BuiltParts
    /// What the run was made of and what ran it, once it has begun.
    private(set) var finished: (components: RunComponents, runner: BaseRunner, isComplete: Bool)?
    let registries: Registries
    let seed: UInt64
    private let workDirectory: String
    private let isResuming: Bool
    private(set) var beginning: RunBeginning
    let timestamp: String

    /// Reads what the config means, and the checkpoint the run begins with; nothing is built or written yet.
    ///
    /// Errors: throws `ConfigError`, `UsageError`, `CheckpointError`.
    public convenience init(
        _ config: LoadedConfig, _ options: TrainingOptions, _ registries: Registries
    ) throws {
        try self.init(config, options, registries, built: BuiltParts())
    }

    init(
        _ config: LoadedConfig, _ options: TrainingOptions, _ registries: Registries,
        built: BuiltParts
    ) throws {
        self.built = built
        timestamp = built.timestamp ?? RunnerDefaults.currentTimestamp()
        self.config = config
        self.options = options
        self.registries = registries
        var experiment =
            try built.isEmpty
            ? Experiment(config.root, registries)
            : NewStyleInterpreter.experiment(config.root, registries, built: built.keys)
        try options.adapt(&experiment)
        experiment.notes += try CustomImports.check(config.root, registries)
        if experiment.style == .new, experiment.trainLoop == nil {
            throw ConfigError(
                at: config.root, path: "train_cfg", problem: "required to train, but missing",
                remedy: "add train_cfg, train_dataloader and optim_wrapper")
        }
        self.experiment = experiment
        let stem = URL(fileURLWithPath: options.configPath).deletingPathExtension()
            .lastPathComponent
        workDirectory =
            options.workDirectory ?? experiment.workDirectory ?? "./work_dirs/\(stem)"
        beginning = try RunBeginning(
            experiment, searchesFolder: experiment.resumesNewest, workDirectory: workDirectory,
            config: config.root, seed: options.seed ?? experiment.seed)
        isResuming = beginning.isResuming
        seed =
            options.seed ?? experiment.seed ?? beginning.seed ?? built.seed
            ?? UInt64.random(in: 0..<(1 << 31))
    }

    /// Builds everything and tries it out; nothing is kept or written.
    public func check() throws { try tryOut(makeComponents()) }

    /// Trains to the end, or until it is asked to stop.
    ///
    /// Ctrl-C finishes the step and saves a checkpoint; a second one ends the program at once.
    ///
    /// `progress` is called during evaluations with the batches done and their number.
    public func run(progress: ((Int, Int) -> Void)? = nil) throws {
        let signals = SignalWatch(stopRequest)
        defer { signals.stop() }
        let limit = experiment.openFileLimit.map(OpenFileLimit.raise)
        let components = try makeComponents()
        // Everything that can be wrong with config or checkpoint is found before anything is touched.
        try tryOut(components)
        var moved: [String] = []
        let folders = try outputFolders { moved.append($0) }
        let folder = folders[0]
        let logger = try makeLogger(folder.path)
        for message in moved { logger.info("\(message)") }
        if let limit { logger.info("\(limit)") }
        try logStart(components, logger)
        let runner = try makeRunner(components, folder.path, logger, progress)
        try dumpConfig(to: folder.path)
        try beginning.apply(to: runner, options)
        beginning.release()
        components.reportSkippedFiles(to: logger)
        finished = (components, runner, false)
        try runner.run(components.loaders, workflow: components.workflow)
        finished?.isComplete = true
        components.reportSkippedCount(to: logger)
        withExtendedLifetime(folders) {}
    }

    private func makeComponents() throws -> RunComponents {
        try RunComponents(
            experiment, seed: seed, evaluates: options.evaluates, loadsPretrained: !isResuming,
            registries, built: built)
    }

    /// Locks the work directory and the folders that `out_dir` means, and clears them of an earlier run.
    private func outputFolders(_ log: (String) -> Void) throws -> [WorkDirectory] {
        let listed = experiment.hooks.listed?.map(\.config) ?? []
        let hooks =
            [experiment.hooks.checkpoint, experiment.evaluation?.hook]
            + listed.filter { $0["type"]?.string?.hasSuffix("CheckpointHook") ?? false }
        let name = URL(fileURLWithPath: workDirectory).standardizedFileURL.lastPathComponent
        let others = hooks.compactMap { $0?["out_dir"]?.string }.map { "\($0)/\(name)" }
        var folders: [WorkDirectory] = []
        for path in [workDirectory] + others {
            let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
            guard !folders.contains(where: { $0.path == absolute }) else { continue }
            folders.append(
                try WorkDirectory(
                    path, isResuming: isResuming,
                    template: experiment.hooks.checkpoint?["filename_tmpl"]?.string,
                    files: folders.isEmpty ? [dumpedConfig.name] : [], log: log))
        }
        return folders
    }

    /// The resolved config under its file's name, in the notation of the file where that can hold it.
    private var dumpedConfig: (name: String, text: String) {
        let file = URL(fileURLWithPath: options.configPath)
        if let notation = ConfigNotation(file: file.lastPathComponent),
            let text = try? ConfigWriter.text(config.root, as: notation)
        {
            return (file.lastPathComponent, text)
        }
        let stem = file.deletingPathExtension().lastPathComponent
        return ("\(stem).json", ConfigWriter.json(config.root) + "\n")
    }

    /// Where the results are, for the last line of a run.
    public var summary: String {
        let folder = URL(fileURLWithPath: workDirectory).standardizedFileURL.path
        let noted = FileManager.default.contents(atPath: "\(folder)/last_checkpoint")
        let latest = noted.map { String(decoding: $0, as: UTF8.self) } ?? "\(folder)/latest.pth"
        let checkpoint = FileManager.default.fileExists(atPath: latest) ? latest : "none was saved"
        let logs =
            experiment.style == .new
            ? LoopLogFolder(workDirectory: folder, timestamp: timestamp).path
            : "\(folder)/*.log, \(folder)/*.log.json"
        return "checkpoint: \(checkpoint)\nlogs: \(logs)"
    }

    /// Tries everything out without writing anything, and forecasts the whole run.
    public func forecast() throws -> Forecast {
        let components = try makeComponents()
        try tryOut(components)
        return try Forecast(experiment, components)
    }

    /// Sets the run up without a work directory and without a word.
    private func tryOut(_ components: RunComponents) throws {
        let runner = try makeRunner(
            components, nil, Logger.lines(to: [], level: .critical), nil)
        try beginning.apply(to: runner, options)
        do {
            try runner.check(components.loaders, workflow: components.workflow)
        } catch let error as WorkflowError {
            throw ConfigError(error, experiment)
        }
    }

    private func makeRunner(
        _ components: RunComponents, _ folder: String?, _ logger: Logger,
        _ progress: ((Int, Int) -> Void)?
    ) throws -> BaseRunner {
        var defaults = RunnerDefaults(
            model: components.model, optimizer: components.optimizer, workDirectory: folder,
            logger: logger, meta: meta(components), device: components.device,
            generator: components.generator, seed: seed, stopRequest: stopRequest,
            onNonFinite: try nonFiniteAction(), timestamp: timestamp)
        defaults.config = ConfigWriter.json(config.root, indent: nil)
        let runner: BaseRunner =
            try ownLoop.map { try LoopRunner(defaults, loop: $0) }
            ?? buildRunner(
                experiment.runner.config, at: experiment.runner.path, defaults: defaults,
                registry: registries.runners)
        runner.schedulers = components.schedulers
        if let validation = components.validation {
            runner.evaluation = PhaseEvaluation(
                validation,
                isMixedPrecision: experiment.validation?.isMixedPrecision ?? false,
                loop: try experiment.validation?.loop.map {
                    try registries.evaluationLoops.build($0, at: "val_cfg", registries.context())
                },
                progress: progress)
        }
        if let listed = experiment.hooks.listed {
            try registerHooks(listed, runner)
        } else {
            try registerPolicyHooks(runner, components)
            try registerEvaluation(runner, components, progress)
        }
        return runner
    }

    /// The train loop of the user's own, where the config names one.
    private var ownLoop: (any TrainLoop)? {
        get throws {
            try experiment.ownTrainLoop.map {
                try registries.trainLoops.build($0, at: "train_cfg", registries.context())
            }
        }
    }

    /// The hooks of a config that lists them, and the steps of the optimizers before all others.
    private func registerHooks(_ hooks: [Experiment.ListedHook], _ runner: BaseRunner) throws {
        runner.hasLoopStages = true
        runner.isWorkflowDerived = experiment.ownTrainLoop == nil
        if runner.optimizer != nil {
            try runner.register(OptimWrapperHook(), priority: .highest)
        }
        if let all = built.allHooks {
            for (hook, priority) in all { try runner.register(hook, priority: priority) }
        } else {
            for hook in hooks {
                try runner.register(from: hook.config, at: hook.path, context: registries.context())
            }
            for (hook, priority) in built.hooks { try runner.register(hook, priority: priority) }
        }
        try setUpLogs(runner)
    }

    /// The hooks of a config that has a key for each kind.
    private func registerPolicyHooks(_ runner: BaseRunner, _ components: RunComponents) throws {
        let hooks = experiment.hooks
        try runner.registerTrainingHooks(
            lrConfig: hooks.learningRate, optimizerConfig: try optimizerHook(components),
            checkpointConfig: hooks.checkpoint, logConfig: hooks.log,
            momentumConfig: hooks.momentum, timerConfig: hooks.timer ?? ["type": "IterTimerHook"],
            customHooks: hooks.custom, context: registries.context())
        try runner.registerProfilerHook(hooks.profiler, context: registries.context())
    }

    private func registerEvaluation(
        _ runner: BaseRunner, _ components: RunComponents, _ progress: ((Int, Int) -> Void)?
    ) throws {
        if let evaluation = components.evaluation, let config = experiment.evaluation {
            var options = try config.hook.decode(at: config.path) {
                try EvaluationOptions(from: &$0)
            }
            if config.hook["by_epoch"] == nil { options.byEpoch = runner.countsByEpoch }
            if options.byEpoch, !runner.countsByEpoch {
                // MMClassification lets the runner decide, whatever the config says.
                options.byEpoch = false
                runner.logger.warning(
                    "evaluation.by_epoch is true, but the runner counts iterations: evaluation.interval counts them too"
                )
            }
            let hook = EvalHook(
                loader: evaluation.loader, evaluator: evaluation.evaluator, options: options,
                progress: progress)
            try runner.register(hook, priority: .low)
        }
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
        let classes = components.datasets["train"]?.classNames?.map(TorchValue.string)
        if experiment.style == .new {
            meta["cfg"] = .string(ConfigWriter.python(config.root))
            meta["experiment_name"] = .string(experimentName)
            if let classes {
                meta["dataset_meta"] = .dictionary(TorchDictionary([("classes", .tuple(classes))]))
            }
            return meta
        }
        // MMCV reads it as Python where it resumes, and counts iterations anew by the number of GPUs.
        let written =
            config.root["gpu_ids"] == nil ? config.root : config.root.setting("gpu_ids", to: [0])
        meta["config"] = .string(ConfigWriter.python(written))
        if let classes { meta["CLASSES"] = .tuple(classes) }
        return meta
    }

    /// The resolved config goes beside the results.
    private func dumpConfig(to folder: String) throws {
        let (name, text) = dumpedConfig
        let path = "\(folder)/\(name)"
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw RunnerError(path, "cannot write: \(SystemError.reason(error))")
        }
    }
}
