import ConfigCore
public import ImageData
public import Logging
public import NeuralNet
import TensorCore
public import TrainingInterfaces
public import WorkflowRunner

// The parts of a run, each built when it is first asked for; a run uses those that are there.

extension Runner {
    private var trained: RunComponents? { session?.finished?.components }

    /// The model.
    public var model: any TrainableModel {
        get throws {
            if let model = trained?.model ?? setup.built.model { return model }
            let isResuming = try !checkpointsToContinue().isEmpty
            return try buildOwnModel(loadsPretrained: !isResuming)
        }
    }

    /// Builds the model of the config; `loadsPretrained` is false where a checkpoint brings all weights.
    func buildOwnModel(loadsPretrained: Bool) throws -> any TrainableModel {
        let pretrained = loadsPretrained ? PretrainedFiles() : nil
        let experiment = try experiment
        let model = try buildModel(experiment.model, pretrained)
        setup.built.model = model
        return model
    }

    /// Where tensors live.
    var device: Device {
        get throws {
            if let device = setup.built.device { return device }
            let device = try Device()
            device.algorithms.timesCandidates = try experiment.timesAlgorithms
            setup.built.device = device
            return device
        }
    }

    /// Where initial weights and sample orders are drawn.
    var generator: TorchGenerator {
        if let generator = setup.built.generator { return generator }
        let generator = TorchGenerator(seed: seed)
        setup.built.generator = generator
        return generator
    }

    /// The data for training.
    public var trainDataloader: DataLoader { get throws { try loader("train") } }
    /// The data for validation.
    public var valDataloader: DataLoader { get throws { try loader("val") } }
    /// The data for testing.
    public var testDataloader: DataLoader { get throws { try loader("test") } }

    func loader(_ phase: String) throws -> DataLoader {
        if let loader = setup.built.loaders[phase] { return loader }
        if let trained, let place = trained.workflow.firstIndex(where: { $0.0 == phase }) {
            return trained.loaders[place]
        }
        guard let options = try experiment.loaders[phase] else {
            throw missing("\(phase)_dataloader")
        }
        let loader = try build(options, seed: seed)
        setup.built.loaders[phase] = loader
        return loader
    }

    private func missing(_ key: String) -> RunnerError {
        RunnerError(key, "the config does not have it", remedy: "give it to the runner")
    }

    /// What turns the predictions of validations into metrics.
    public var valEvaluator: any Evaluator { get throws { try evaluator("val") } }
    /// What turns the predictions of tests into metrics.
    public var testEvaluator: any Evaluator { get throws { try evaluator("test") } }

    func evaluator(_ phase: String) throws -> any Evaluator {
        if let evaluator = setup.built.evaluators[phase] { return evaluator }
        if phase == "val", let evaluator = trained?.validation { return evaluator }
        let experiment = try experiment
        guard let wanted = phase == "val" ? experiment.validation : experiment.testing else {
            throw missing("\(phase)_evaluator")
        }
        // What is shuffled has its labels in another order.
        let isShuffled = experiment.loaders[phase]?.shuffles == true
        let evaluator = try Experiments.buildEvaluator(
            wanted.metrics, at: wanted.path,
            labels: isShuffled ? nil : loader(phase).dataset.labels, registries)
        setup.built.evaluators[phase] = evaluator
        return evaluator
    }

    /// The optimizers with all that makes steps of gradients.
    public var optimWrapper: OptimizerSet {
        get throws {
            if let optimizers = trained?.optimizer ?? setup.built.wrappers { return optimizers }
            guard let config = try experiment.wrapper else { throw missing("optim_wrapper") }
            let optimizers = try build(config)
            setup.built.wrappers = optimizers
            // What saves checkpoints is to know of it.
            try renewStandby()
            return optimizers
        }
    }

    /// What moves rates and momentums; nil without `param_scheduler`.
    public var paramSchedulers: ParameterSchedulerSet? {
        get throws {
            if let schedulers = trained?.schedulers ?? setup.built.schedulers { return schedulers }
            guard let config = cfg["param_scheduler"], !config.isNull else { return nil }
            _ = try optimWrapper
            try scaleLR()
            let schedulers = try buildParamScheduler(config)
            setup.built.schedulers = schedulers
            return schedulers
        }
    }

    /// Where messages go: the console, and a file in the work directory.
    public var logger: Logger {
        get throws {
            if let logger = session?.finished?.runner.logger ?? setup.built.logger { return logger }
            let logger = try buildLogger()
            setup.built.logger = logger
            return logger
        }
    }

    /// How numbers are summed up and shown in logs.
    public var logProcessor: LogProcessor {
        get throws {
            if let processor = setup.built.processor { return processor }
            let config = cfg["log_processor"]?.unlessNull
            let processor = try buildLogProcessor(.config(config ?? [:]))
            setup.built.processor = processor
            return processor
        }
    }

    /// Takes configs and numbers to its backends.
    public var visualizer: Visualizer {
        get throws {
            if let visualizer = setup.built.visualizer { return visualizer }
            let visualizer = try buildVisualizer(cfg["visualizer"])
            setup.built.visualizer = visualizer
            return visualizer
        }
    }

    /// What the parts of the run tell each other; `LoggerHook` keeps it.
    public var messageHub: MessageHub {
        get throws {
            for case let hook as LoopLoggerHook in try active.hooks { return hook.hub }
            return ownHub
        }
    }
}
