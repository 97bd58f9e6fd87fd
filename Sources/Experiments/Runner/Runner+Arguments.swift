public import ConfigCore
public import Foundation
public import ImageData
public import NeuralNet
public import TrainingInterfaces
public import WorkflowRunner

extension Runner {
    /// A runner of these parts, which have the original's names and defaults.
    ///
    /// `cfg` is a whole config over which the other arguments go; `compile` is accepted without effect.
    /// Errors: throws `ConfigError` or `RunnerError` for parts that do not go together.
    public convenience init(
        model: RunnerPart<any TrainableModel>, workDir: String,
        trainDataloader: RunnerPart<DataLoader>? = nil,
        valDataloader: RunnerPart<DataLoader>? = nil,
        testDataloader: RunnerPart<DataLoader>? = nil, trainCfg: ConfigNode? = nil,
        valCfg: ConfigNode? = nil, testCfg: ConfigNode? = nil, autoScaleLR: ConfigNode? = nil,
        optimWrapper: RunnerPart<OptimizerSet>? = nil,
        paramScheduler: RunnerPart<ParameterSchedulerSet>? = nil,
        valEvaluator: RunnerPart<any Evaluator>? = nil,
        testEvaluator: RunnerPart<any Evaluator>? = nil,
        defaultHooks: RunnerPart<[String: any Hook]>? = nil,
        customHooks: RunnerPart<[any Hook]>? = nil, dataPreprocessor: ConfigNode? = nil,
        loadFrom: String? = nil, resume: Bool = false, launcher: String = "none",
        envCfg: ConfigNode? = nil, logProcessor: RunnerPart<LogProcessor>? = nil,
        logLevel: ConfigNode = "INFO", visualizer: RunnerPart<Visualizer>? = nil,
        defaultScope: String = "mmengine", randomness: ConfigNode? = nil,
        experimentName: String? = nil, compile: ConfigNode? = nil, cfg: ConfigNode? = nil,
        registries: Registries = .standard(),
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        var setup = RunnerSetup(
            cfg ?? ConfigNode(.mapping(ConfigMapping())), registries: registries,
            environment: environment)
        setup.add("model", model) { $0.model = $1 }
        setup.add("train_dataloader", trainDataloader) { $0.loaders["train"] = $1 }
        setup.add("val_dataloader", valDataloader) { $0.loaders["val"] = $1 }
        setup.add("test_dataloader", testDataloader) { $0.loaders["test"] = $1 }
        setup.add("optim_wrapper", optimWrapper) { $0.wrappers = $1 }
        setup.add("param_scheduler", paramScheduler) { $0.schedulers = $1 }
        setup.add("val_evaluator", valEvaluator) { $0.evaluators["val"] = $1 }
        setup.add("test_evaluator", testEvaluator) { $0.evaluators["test"] = $1 }
        setup.add("default_hooks", defaultHooks) { $0.defaultHooks = $1 }
        setup.add("custom_hooks", customHooks) { $0.hooks = $1.map { ($0, $0.ownPriority) } }
        setup.add("log_processor", logProcessor) { $0.processor = $1 }
        setup.add("visualizer", visualizer) { $0.visualizer = $1 }
        for (key, node) in [
            ("train_cfg", trainCfg), ("val_cfg", valCfg), ("test_cfg", testCfg),
            ("auto_scale_lr", autoScaleLR), ("data_preprocessor", dataPreprocessor),
            ("env_cfg", envCfg), ("randomness", randomness), ("compile", compile),
            ("log_level", logLevel), ("load_from", loadFrom.map { ConfigNode(.string($0)) }),
            ("experiment_name", experimentName.map { ConfigNode(.string($0)) }),
            ("resume", ConfigNode(.bool(resume))), ("launcher", ConfigNode(.string(launcher))),
            ("default_scope", ConfigNode(.string(defaultScope))),
            ("work_dir", ConfigNode(.string(workDir))),
        ] { setup.set(key, node) }
        try self.init(setup)
    }
}

extension Hook {
    /// The priority that a hook has unless it is registered with another.
    var ownPriority: HookPriority {
        (self as? any PrioritizedHook)?.defaultPriority ?? .normal
    }
}

extension RunnerPart where Product == any Evaluator {
    /// An evaluator of built metrics.
    ///
    /// Errors: throws `RunnerError` where two give a number of the same name.
    public static func metrics(_ metrics: any BaseMetric...) throws -> Self {
        .built(try MetricEvaluator(metrics))
    }
}
