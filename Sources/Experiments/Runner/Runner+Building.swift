public import ConfigCore
import Foundation
public import ImageData
public import Logging
public import NeuralNet
public import TrainingInterfaces
public import WorkflowRunner

// MMEngine's `build_…`: each makes a part from a config, or hands back one that is built already.

extension Runner {
    /// A loader of a config.
    ///
    /// `seed` replaces the run's; `diffRankSeed` is accepted: there is one process.
    /// Errors: throws `ConfigError`, or `DataError` for data that cannot be read.
    public func buildDataloader(
        _ dataloader: RunnerPart<DataLoader>, seed: UInt64? = nil, diffRankSeed: Bool = false
    ) throws -> DataLoader {
        switch dataloader {
        case .built(let loader): return loader
        case .config(let node):
            let options = try node.decode(at: "dataloader") {
                try NewStyleInterpreter.loader(
                    &$0, stacks: NewStyleInterpreter.stacks(cfg), registries)
            }
            return try build(options, seed: seed ?? self.seed)
        }
    }

    func build(_ options: Experiment.Loader, seed: UInt64) throws -> DataLoader {
        let dataset = try buildDataset(
            options.dataset, at: options.path, registries: registries, style: .new)
        setup.built.warnings += (dataset as? any DatasetWithWarnings)?.warnings ?? []
        return try RunComponents.loader(options, dataset, generator, seed: seed, registries)
    }

    /// An evaluator of a metric's config, a list of them, or `{"metrics": …}`.
    public func buildEvaluator(_ evaluator: RunnerPart<any Evaluator>) throws -> any Evaluator {
        switch evaluator {
        case .built(let evaluator): return evaluator
        case .config(let node):
            return try Experiments.buildEvaluator(node, at: "evaluator", labels: nil, registries)
        }
    }

    /// A logger to the console and to a file, by default `TIME/TIME.log` in the work directory.
    ///
    /// Errors: throws where the file cannot be written, or the level is none.
    public func buildLogger(logLevel: ConfigNode? = nil, logFile: String? = nil) throws -> Logger {
        let level = logLevel.map { node in
            if case .int(let number) = node.value { return "\(number)" }
            return node.string ?? ""
        }
        let logs = LoopLogFolder(workDirectory: workDir, timestamp: timestamp)
        let file = logFile ?? logs.textFile
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: file).deletingLastPathComponent(),
            withIntermediateDirectories: true)
        return Logger.mmengineLines(
            console: [StandardErrorOutput()], files: [try FileTextOutput(path: file)],
            level: try LogLevel.level(level ?? experiment.logLevel))
    }

    /// A log processor of a config.
    public func buildLogProcessor(_ logProcessor: RunnerPart<LogProcessor>) throws -> LogProcessor {
        switch logProcessor {
        case .built(let processor): processor
        case .config(let node): try LogProcessor.build(node, context: registries.context())
        }
    }

    /// The run's message hub; of a config only the `name` means something, and hubs need none here.
    public func buildMessageHub(_ messageHub: ConfigNode? = nil) throws -> MessageHub {
        _ = try messageHub?.decode(at: "message_hub") { try $0.optional("name", as: String.self) }
        return try self.messageHub
    }

    /// A model of a config, with its first weights.
    public func buildModel(_ model: RunnerPart<any TrainableModel>) throws -> any TrainableModel {
        switch model {
        case .built(let model): model
        case .config(let node): try buildModel(node, PretrainedFiles())
        }
    }

    func buildModel(_ config: ConfigNode, _ pretrained: PretrainedFiles?) throws
        -> any TrainableModel
    {
        var warnings: [String] = []
        let model = try buildClassifier(
            config, device: device, generator: generator, registries: registries,
            pretrained: pretrained
        ) { warnings.append($0) }
        setup.built.warnings += warnings
        return model
    }

    /// The optimizer of a config, wrapped; `single` is the only one.
    ///
    /// Errors: throws `ConfigError`.
    public func buildOptimWrapper(_ optimWrapper: RunnerPart<OptimizerSet>) throws -> OptimizerSet {
        switch optimWrapper {
        case .built(let wrappers): wrappers
        case .config(let node): try buildOptimWrapper(node)
        }
    }

    func buildOptimWrapper(_ config: ConfigNode) throws -> OptimizerSet {
        let wrapper = try NewStyleInterpreter.wrapper(config, at: "optim_wrapper")
        setup.built.warnings += wrapper.notes
        return try build(wrapper)
    }

    func build(_ wrapper: WrapperConfig) throws -> OptimizerSet {
        var warnings: [String] = []
        let report = WrapperReport(warn: { warnings.append($0) }, log: { warnings.append($0) })
        let wrappers = try wrapper.build(for: model, registries, report)
        setup.built.warnings += warnings
        return wrappers
    }

    /// The schedulers of a config, for the optimizers of this runner.
    ///
    /// Errors: throws `ConfigError`, or `RunnerError` without `optim_wrapper`.
    public func buildParamScheduler(_ scheduler: RunnerPart<ParameterSchedulerSet>) throws
        -> ParameterSchedulerSet
    {
        switch scheduler {
        case .built(let schedulers): schedulers
        case .config(let node): try buildParamScheduler(node)
        }
    }

    func buildParamScheduler(_ config: ConfigNode) throws -> ParameterSchedulerSet {
        var experiment = try experiment
        experiment.schedulers = config
        guard
            let schedulers = try RunComponents.schedulers(
                optimWrapper, experiment, batches: trainDataloader.batchesPerEpoch, registries)
        else { throw RunnerError("param_scheduler", "there is no train_cfg that says how long") }
        return schedulers
    }

    /// A visualizer of a config; nil makes the one that writes to the run's own folder.
    public func buildVisualizer(_ visualizer: RunnerPart<Visualizer>?) throws -> Visualizer {
        switch visualizer {
        case .built(let visualizer): visualizer
        case .config(let node): try buildVisualizer(node)
        case nil: try buildVisualizer(ConfigNode?.none)
        }
    }

    func buildVisualizer(_ config: ConfigNode?) throws -> Visualizer {
        let logs = LoopLogFolder(workDirectory: workDir, timestamp: timestamp)
        return try Visualizer.build(
            config, folder: logs.path, name: experimentName, context: registries.context())
    }
}
