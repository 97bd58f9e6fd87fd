public import ConfigCore
import Foundation
public import ImageData
public import NeuralNet
public import TrainingInterfaces
public import WorkflowRunner

/// Trains, validates and tests by new-style configs, objects, or a mixture of both.
///
/// Nothing is built before it is needed, and no part of another phase is.
/// Source: `Runner` of MMEngine.
public final class Runner {
    /// Everything as one config, without what is built already.
    public let cfg: ConfigNode
    /// Where results go.
    public let workDir: String
    /// When the runner was made, as `20240131_235959`.
    public let timestamp = RunnerDefaults.currentTimestamp()
    let registries: Registries
    var built: BuiltParts
    private var session: TrainingSession?
    private var loaded: (any TrainableModel)?

    /// A runner of these parts, which have the original's names and defaults.
    public convenience init(
        model: RunnerPart<any TrainableModel>, workDir: String,
        trainDataloader: RunnerPart<DataLoader>? = nil,
        valDataloader: RunnerPart<DataLoader>? = nil,
        testDataloader: RunnerPart<DataLoader>? = nil, trainCfg: ConfigNode? = nil,
        valCfg: ConfigNode? = nil, testCfg: ConfigNode? = nil, autoScaleLR: ConfigNode? = nil,
        optimWrapper: RunnerPart<OptimizerSet>? = nil, paramScheduler: ConfigNode? = nil,
        valEvaluator: RunnerPart<any Evaluator>? = nil,
        testEvaluator: RunnerPart<any Evaluator>? = nil, defaultHooks: ConfigNode? = nil,
        customHooks: RunnerPart<[any Hook]>? = nil, dataPreprocessor: ConfigNode? = nil,
        loadFrom: String? = nil, resume: Bool = false, launcher: String = "none",
        envCfg: ConfigNode? = nil, logProcessor: ConfigNode? = nil, logLevel: ConfigNode = "INFO",
        visualizer: ConfigNode? = nil, defaultScope: String = "mmengine",
        randomness: ConfigNode? = nil, experimentName: String? = nil,
        registries: Registries = .standard()
    ) throws {
        var parts = Parts()
        parts.add("model", model) { $0.model = $1 }
        parts.add("train_dataloader", trainDataloader) { $0.loaders["train"] = $1 }
        parts.add("val_dataloader", valDataloader) { $0.loaders["val"] = $1 }
        parts.add("test_dataloader", testDataloader) { $0.loaders["test"] = $1 }
        parts.add("optim_wrapper", optimWrapper) { $0.wrappers = $1 }
        parts.add("val_evaluator", valEvaluator) { $0.evaluators["val"] = $1 }
        parts.add("test_evaluator", testEvaluator) { $0.evaluators["test"] = $1 }
        parts.add("custom_hooks", customHooks) { built, hooks in
            built.hooks = hooks.map {
                ($0, ($0 as? any PrioritizedHook)?.defaultPriority ?? .normal)
            }
        }
        for (key, node) in [
            ("train_cfg", trainCfg), ("val_cfg", valCfg), ("test_cfg", testCfg),
            ("auto_scale_lr", autoScaleLR), ("param_scheduler", paramScheduler),
            ("default_hooks", defaultHooks), ("data_preprocessor", dataPreprocessor),
            ("env_cfg", envCfg), ("log_processor", logProcessor), ("visualizer", visualizer),
            ("randomness", randomness), ("log_level", logLevel),
            ("load_from", loadFrom.map { ConfigNode(.string($0)) }),
            ("experiment_name", experimentName.map { ConfigNode(.string($0)) }),
            ("resume", ConfigNode(.bool(resume))), ("launcher", ConfigNode(.string(launcher))),
            ("default_scope", ConfigNode(.string(defaultScope))),
            ("work_dir", ConfigNode(.string(workDir))),
        ] { parts.set(key, node) }
        try self.init(parts.config, built: parts.built, workDir: workDir, registries)
    }

    /// A runner of a new-style config.
    ///
    /// Source: `Runner.from_cfg`.
    public static func fromConfig(_ cfg: ConfigNode, registries: Registries = .standard()) throws
        -> Runner
    {
        guard let workDir = cfg["work_dir"]?.string else {
            throw ConfigError(
                at: cfg["work_dir"] ?? cfg, path: "work_dir", problem: "required key is missing")
        }
        return try Runner(cfg, built: BuiltParts(), workDir: workDir, registries)
    }

    private init(
        _ cfg: ConfigNode, built: BuiltParts, workDir: String, _ registries: Registries
    ) throws {
        self.cfg = cfg
        self.built = built
        self.workDir = URL(fileURLWithPath: workDir).standardizedFileURL.path
        self.registries = registries
        // What does not go together is told at once.
        _ = try experiment
    }

    private var experiment: Experiment {
        get throws {
            try NewStyleInterpreter.experiment(cfg, registries, built: built.keys)
        }
    }

    /// Trains to the end; the model.
    @discardableResult
    public func train() throws -> any TrainableModel {
        let name = cfg["experiment_name"]?.string ?? "config"
        let session = try TrainingSession(
            LoadedConfig(root: cfg),
            TrainingOptions(configPath: "\(name).json", workDirectory: workDir), registries,
            built: built)
        try session.run()
        self.session = session
        guard let model = session.finished?.components.model else { throw notTrained }
        return model
    }

    private var notTrained: RunnerError { RunnerError("train", "the run was not begun") }

    /// Evaluates the validation data: after `train` the trained weights, else those of `load_from` or
    /// `resume`.
    @discardableResult
    public func val() throws -> [String: Double] {
        try evaluate("val", experiment.validation, as: .validation)
    }

    /// Evaluates the test data: after `train` the trained weights, else those of `load_from` or `resume`.
    @discardableResult
    public func test() throws -> [String: Double] {
        try evaluate("test", experiment.testing, as: .test)
    }

    private func evaluate(
        _ phase: String, _ wanted: Experiment.PhaseEvaluation?, as stages: PhaseStages
    ) throws -> [String: Double] {
        guard let wanted else {
            throw RunnerError(
                "\(phase)_cfg", "required to \(phase == "val" ? "validate" : "test"), but missing",
                remedy: "give \(phase)_dataloader, \(phase)_cfg and \(phase)_evaluator")
        }
        let run = try EvaluationRun(
            phase, wanted, experiment, built, registries, workDir: workDir,
            trained: session?.finished)
        let metrics = try run.metrics(as: stages)
        return Dictionary(metrics.map { ($0.name, $0.value) }) { $1 }
    }

    /// The config of the run, as the work directory keeps it.
    public func dumpConfig() -> String { ConfigWriter.json(cfg) }

    /// The hooks in the order in which they act; empty before `train`.
    public var hooks: [any Hook] { session?.finished?.runner.hooks ?? [] }
    /// Which hooks act at which stage; empty before `train`.
    public var hooksInfo: String { session?.finished?.runner.hookTable ?? "" }
    /// How many epochs are trained.
    public var epoch: Int { session?.finished?.runner.epoch ?? 0 }
    /// How many iterations are trained.
    public var iter: Int { session?.finished?.runner.iteration ?? 0 }
    /// The seed of the run; nil before `train` where the config has none.
    public var seed: UInt64? { session?.seed ?? (try? experiment.seed) }
    /// How many epochs there are to train; nil where iterations count.
    public var maxEpochs: Int? { loop.flatMap { $0.byEpoch ? $0.maximum : nil } }
    /// How many iterations there are to train; nil where epochs count.
    public var maxIters: Int? { loop.flatMap { $0.byEpoch ? nil : $0.maximum } }
    /// The first epoch or iteration after which validation may run.
    public var valBegin: Int? { loop?.validationBegin }
    /// Validation runs after multiples of this, and at the end.
    public var valInterval: Int? { loop?.validationInterval }
    /// Always none: runs have one process.
    public var launcher: String { "none" }
    /// Always false: runs have one process.
    public var distributed: Bool { false }
    /// The number of this process, always 0.
    public var rank: Int { 0 }
    /// How many processes there are, always 1.
    public var worldSize: Int { 1 }

    private var loop: TrainLoopConfig? { try? experiment.trainLoop }

    /// MMEngine's name of `fromConfig`.
    @available(*, unavailable, renamed: "fromConfig(_:registries:)")
    public static func from_cfg(_ cfg: ConfigNode) -> Runner { fatalError("unavailable") }
}

extension Runner {
    /// Sorts arguments into a config and objects.
    private struct Parts {
        var config = ConfigNode(.mapping(ConfigMapping()))
        var built = BuiltParts()

        mutating func set(_ key: String, _ node: ConfigNode?) {
            if let node { config = config.setting(key, to: node) }
        }

        mutating func add<Product>(
            _ key: String, _ part: RunnerPart<Product>?,
            _ keep: (inout BuiltParts, Product) -> Void
        ) {
            switch part {
            case .built(let product): keep(&built, product)
            case .config(let node): set(key, node)
            case nil: break
            }
        }
    }
}
