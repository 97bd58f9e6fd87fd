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
    private let record: RunRecord

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
        self.config = config
        self.options = options
        self.registries = registries
        var experiment =
            try built.isEmpty
            ? Experiment(config.root, registries)
            : NewStyleInterpreter.experiment(config.root, registries, built: built.keys)
        try options.adapt(&experiment)
        experiment.notes += try CustomImports.check(config.root, registries)
        experiment.notes += try TopLevelKeys(config.root).idleOverrides(of: config.root)
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
        record = RunRecord(config, options, experiment, built, seed: seed)
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
        try record.logStart(
            components, messages: beginning.messages, warnings: beginning.warnings, to: logger)
        let runner = try makeRunner(components, folder.path, logger, progress)
        try record.dumpConfig(to: folder.path)
        try beginning.apply(to: runner, options)
        beginning.release()
        components.reportSkippedFiles(to: logger)
        finished = (components, runner, false)
        try runner.run(components.loaders, workflow: components.workflow)
        finished?.isComplete = true
        components.reportSkippedCount(to: logger)
        withExtendedLifetime(folders) {}
    }

    private func makeLogger(_ folder: String) throws -> Logger {
        if let logger = built.logger { return logger }
        let level = try LogLevel.level(experiment.logLevel)
        guard experiment.style == .new else {
            let log = try FileTextOutput(path: "\(folder)/\(record.timestamp).log")
            return Logger.lines(to: [StandardErrorOutput(), log], level: level)
        }
        let logs = record.loopLogs(in: folder)
        try? FileManager.default.createDirectory(
            atPath: logs.path, withIntermediateDirectories: true)
        return Logger.mmengineLines(
            console: [StandardErrorOutput()], files: [try FileTextOutput(path: logs.textFile)],
            level: level)
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
                    files: folders.isEmpty ? [record.dumpedConfig.name] : [], log: log))
        }
        return folders
    }

    /// Where the results are, for the last line of a run.
    public var summary: String { record.summary(of: workDirectory) }

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
        // A hook that was built already would hear of the checkpoint twice.
        if !built.hearsOfLoading { try beginning.apply(to: runner, options) }
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
            logger: logger, meta: record.meta(components), device: components.device,
            generator: components.generator, seed: seed, stopRequest: stopRequest,
            onNonFinite: try nonFiniteAction(), timestamp: record.timestamp)
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
        try RunHooks(experiment, record, built, registries)
            .register(on: runner, components, progress)
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

    private func nonFiniteAction() throws -> NonFiniteAction {
        guard let action = NonFiniteAction(rawValue: experiment.onNonFinite) else {
            throw ConfigError(
                at: config.root["on_nonfinite"] ?? config.root, path: "on_nonfinite",
                expected: "\"stop\" or \"warn\"")
        }
        return action
    }
}
