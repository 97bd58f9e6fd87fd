public import ConfigCore
public import Foundation
import ImageData
import NeuralNet
public import TrainingInterfaces
import WorkflowRunner

/// Trains, validates and tests by new-style configs, objects, or a mixture of both.
///
/// Nothing is built before it is needed, and no part of another phase is. A subclass that the registries
/// know is what a config names by `runner_type`.
/// Source: `Runner` of MMEngine.
open class Runner {
    /// Everything as one config, without what is built already.
    public var cfg: ConfigNode { setup.cfg }
    /// Where results go.
    public let workDir: String
    /// When the runner was made, as `20240131_235959`.
    public let timestamp = RunnerDefaults.currentTimestamp()
    /// The components that the config may name.
    public var registries: Registries { setup.registries }

    var setup: RunnerSetup { didSet { interpreted = nil } }
    private var interpreted: Experiment?
    /// The training, once it has begun.
    var session: TrainingSession?
    /// What acts outside training, once something did.
    var standby: EpochBasedRunner?
    /// Hooks that were registered beside those of the config.
    var addedHooks: [(hook: any Hook, priority: HookPriority)] = []
    /// Hub of a runner without a hook that keeps one.
    lazy var ownHub = MessageHub()
    /// Whether weights were loaded already, so that training does not load any.
    var hasLoaded = false
    /// What a test is to load in place of what the config names; everything must fit.
    var checkpointToTest: FoundCheckpoint?
    /// Whether the logs of an evaluation without training have begun.
    var hasBegunAlone = false
    /// The progress of a checkpoint that training will continue.
    var awaited: (epoch: Int, iteration: Int)?

    /// A runner of what `setup` says; for subclasses and `fromConfig`.
    public required init(_ setup: RunnerSetup) throws {
        try LaunchEnvironment.check(setup.environment)
        guard let workDir = setup.options.workDirectory ?? setup.cfg["work_dir"]?.string else {
            throw ConfigError(
                at: setup.cfg["work_dir"] ?? setup.cfg, path: "work_dir",
                problem: "required key is missing")
        }
        self.setup = setup
        self.workDir = URL(fileURLWithPath: workDir).standardizedFileURL.path
        // What does not go together is told at once.
        let experiment = try experiment
        _ = try LogLevel.level(experiment.logLevel)
        self.setup.built.timestamp = timestamp
        self.setup.built.experimentName = experimentName
    }

    /// What config and command mean.
    package var experiment: Experiment {
        get throws {
            if let interpreted { return interpreted }
            var experiment = try NewStyleInterpreter.experiment(
                cfg, registries, built: setup.built.keys)
            try setup.options.adapt(&experiment)
            interpreted = experiment
            return experiment
        }
    }

    /// Trains to the end; the model.
    ///
    /// Where it throws, what was trained so far is still there to be looked at, evaluated and saved.
    @discardableResult
    open func train() throws -> any TrainableModel {
        if let session, let finished = session.finished {
            guard finished.isComplete else {
                throw RunnerError(
                    "train", "the run ended with an error",
                    remedy: "continue it with a new Runner and resume: true")
            }
            return finished.components.model
        }
        var options = setup.options
        options.workDirectory = workDir
        options.keepsWeights = hasLoaded && awaited == nil
        if options.configPath.isEmpty { options.configPath = "\(timestamp).py" }
        if standby != nil || !addedHooks.isEmpty || !setup.built.defaultHooks.isEmpty {
            setup.built.allHooks = try registeredHooks()
        }
        let session = try TrainingSession(
            LoadedConfig(root: cfg), options, registries, built: setup.built)
        self.session = session
        defer { if session.finished == nil { self.session = nil } }
        try session.run()
        return try model
    }

    /// Evaluates the validation data: after `train` the trained weights, else those of `load_from` or
    /// `resume`.
    @discardableResult
    open func val() throws -> [String: Double] {
        try evaluate("val", experiment.validation, as: .validation)
    }

    /// Evaluates the test data: after `train` the trained weights, else those of `load_from` or `resume`.
    @discardableResult
    open func test() throws -> [String: Double] {
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
        if session == nil { try beginAlone(phase) }
        let evaluation = PhaseEvaluation(
            try evaluator(phase), isMixedPrecision: wanted.isMixedPrecision,
            loop: try wanted.loop.map {
                try registries.evaluationLoops.build(
                    $0, at: "\(phase)_cfg", registries.context())
            })
        let runner = try evaluatingRunner()
        if phase == "test", let timer = TestTimerHook(runner) { try runner.register(timer) }
        for case let hook as LoopLoggerHook in runner.hooks {
            hook.evaluator = evaluation.evaluator as? MetricEvaluator
        }
        let metrics = try runner.evaluate(loader(phase), by: evaluation, as: stages)
        return Dictionary(metrics.map { ($0.name, $0.value) }) { $1 }
    }

    /// The config that `path` holds, as `Runner` takes it.
    ///
    /// Source: `Runner.from_cfg`.
    public class func fromConfig(
        _ cfg: ConfigNode, registries: Registries = .standard(),
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> Runner {
        try make(RunnerSetup(cfg, registries: registries, environment: environment))
    }

    /// A runner of a config that was read from a file, whose name it goes by.
    public class func fromConfig(
        _ config: LoadedConfig, registries: Registries = .standard(),
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> Runner {
        var setup = RunnerSetup(config.root, registries: registries, environment: environment)
        setup.options.configPath = config.files.first ?? ""
        return try make(setup)
    }

    /// A runner of the type that the config names, unless a subclass was asked.
    package class func make(_ setup: RunnerSetup) throws -> Runner {
        let named = setup.cfg["runner_type"]?.string.flatMap { setup.registries.runnerTypes[$0] }
        guard self == Runner.self, let named else { return try self.init(setup) }
        return try named.init(setup)
    }

    /// The runner of a subclass that `runner_type` of a command's config names; nil where it names none.
    ///
    /// Errors: throws `ConfigError` where the name is not known.
    package class func named(
        by config: LoadedConfig, _ options: TrainingOptions, _ registries: Registries
    ) throws -> Runner? {
        guard let name = config.root["runner_type"]?.string, name != "Runner",
            try ConfigStyle(config.root) == .new
        else { return nil }
        try NewStyleInterpreter.checkRunnerType(config.root, registries)
        var setup = RunnerSetup(config.root, registries: registries)
        setup.options = options
        let stem = URL(fileURLWithPath: options.configPath).deletingPathExtension()
        setup.options.workDirectory =
            options.workDirectory ?? config.root["work_dir"]?.string
            ?? "./work_dirs/\(stem.lastPathComponent)"
        return try make(setup)
    }

    /// Where the results are, for the last line of a command.
    package var summary: String { session?.summary ?? "" }

    /// MMEngine's name of `fromConfig`.
    @available(*, unavailable, renamed: "fromConfig(_:registries:)")
    public static func from_cfg(_ cfg: ConfigNode) -> Runner { fatalError("unavailable") }
}
