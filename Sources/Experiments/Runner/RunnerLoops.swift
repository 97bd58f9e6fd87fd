public import ConfigCore
public import ImageData
public import TrainingInterfaces
public import WorkflowRunner

/// The train loop of a `Runner`: what `train_cfg` says, and where it stands.
///
/// Source: `EpochBasedTrainLoop` and `IterBasedTrainLoop` of MMEngine.
public struct RunnerTrainLoop {
    private let runner: Runner
    private let config: ConfigNode
    private let loop: TrainLoopConfig
    /// The loop of the user's own that `type` names; nil for the usual ones.
    public let own: (any TrainLoop)?

    init(_ config: ConfigNode, _ runner: Runner) throws {
        let loops = runner.registries.trainLoops
        self.runner = runner
        self.config = config
        if let type = config["type"]?.string, loops.contains(type) {
            let own = try loops.build(config, at: "train_cfg", runner.registries.context())
            loop = TrainLoopConfig(byEpoch: own.maxEpochs != nil, maximum: own.maximum)
            self.own = own
        } else {
            loop = try TrainLoopConfig(config, ownLoops: loops.names)
            own = nil
        }
    }

    /// The name of its type.
    public var type: String {
        own.map { "\(Swift.type(of: $0))" }
            ?? (loop.byEpoch ? "EpochBasedTrainLoop" : "IterBasedTrainLoop")
    }
    /// The data.
    public var dataloader: DataLoader { get throws { try runner.trainDataloader } }
    /// How many epochs there are: one where iterations count.
    public var maxEpochs: Int { loop.byEpoch ? loop.maximum : 1 }
    /// How many iterations there are, for which the data is built where epochs count.
    public var maxIters: Int {
        get throws { try loop.maximum * (loop.byEpoch ? dataloader.batchesPerEpoch : 1) }
    }
    /// The first epoch or iteration after which validation may run.
    public var valBegin: Int { loop.validationBegin }
    /// Validation runs after multiples of this, and at the end.
    public var valInterval: Int { loop.validationInterval }
    /// How many epochs are trained.
    public var epoch: Int { runner.epoch }
    /// How many iterations are trained.
    public var iter: Int { runner.iter }

    /// Whether training is to end with the epoch, or the iteration in a run by iterations.
    public var stopTraining: Bool {
        get { runner.session?.finished?.runner.stopsTraining ?? false }
        nonmutating set { runner.session?.finished?.runner.stopsTraining = newValue }
    }

    /// Trains by this loop.
    @discardableResult
    public func run() throws -> any TrainableModel {
        if runner.session == nil { runner.setup.set("train_cfg", config) }
        return try runner.train()
    }
}

/// The loop of a `Runner` that validates or tests: what `val_cfg` or `test_cfg` says.
///
/// Source: `ValLoop` and `TestLoop` of MMEngine.
public struct RunnerEvaluationLoop {
    private let runner: Runner
    private let config: ConfigNode
    private let phase: String
    /// The name of its type.
    public let type: String
    /// Whether the network computes in bfloat16, where the processor is fast at it.
    public let fp16: Bool

    init(_ config: ConfigNode, _ phase: String, _ runner: Runner) throws {
        self.runner = runner
        self.config = config
        self.phase = phase
        let key = "\(phase)_cfg"
        var reader = try ConfigReader(
            ConfigNode(.mapping(ConfigMapping([(key: key, node: config)]))), at: "")
        let meaning = try NewStyleInterpreter.evaluation(
            phase, &reader, ["\(phase)_evaluator"], runner.registries)
        fp16 = meaning?.isMixedPrecision ?? false
        type = config["type"]?.string ?? (phase == "val" ? "ValLoop" : "TestLoop")
    }

    /// The data.
    public var dataloader: DataLoader { get throws { try runner.loader(phase) } }
    /// What turns predictions into metrics.
    public var evaluator: any Evaluator { get throws { try runner.evaluator(phase) } }

    /// Evaluates by this loop; the metrics.
    @discardableResult
    public func run() throws -> [String: Double] {
        runner.setup.set("\(phase)_cfg", config)
        return try phase == "val" ? runner.val() : runner.test()
    }
}

extension Runner {
    /// The loop that trains.
    public var trainLoop: RunnerTrainLoop { get throws { try buildTrainLoop(config("train_cfg")) } }
    /// The loop that validates.
    public var valLoop: RunnerEvaluationLoop {
        get throws { try buildValLoop(config("val_cfg")) }
    }
    /// The loop that tests.
    public var testLoop: RunnerEvaluationLoop {
        get throws { try buildTestLoop(config("test_cfg")) }
    }

    /// The train loop of a config.
    ///
    /// Errors: throws `ConfigError`.
    public func buildTrainLoop(_ loop: ConfigNode) throws -> RunnerTrainLoop {
        try RunnerTrainLoop(loop, self)
    }

    /// The validation loop of a config.
    ///
    /// Errors: throws `ConfigError`.
    public func buildValLoop(_ loop: ConfigNode) throws -> RunnerEvaluationLoop {
        try RunnerEvaluationLoop(loop, "val", self)
    }

    /// The test loop of a config.
    ///
    /// Errors: throws `ConfigError`.
    public func buildTestLoop(_ loop: ConfigNode) throws -> RunnerEvaluationLoop {
        try RunnerEvaluationLoop(loop, "test", self)
    }

    private func config(_ key: String) throws -> ConfigNode {
        guard let node = cfg[key], !node.isNull else {
            throw RunnerError(key, "the config does not have it", remedy: "give it to the runner")
        }
        return node
    }
}
