public import ConfigCore
import Foundation
import ImageData
public import NeuralNet
import TensorCore
public import TrainingInterfaces
import WorkflowRunner

extension Runner {
    /// Where all randomness starts; chosen now where neither config nor checkpoint says.
    public var seed: UInt64 {
        if let session { return session.seed }
        if let seed = setup.built.seed { return seed }
        let seed = configuredSeed ?? UInt64.random(in: 0..<(1 << 31))
        setup.built.seed = seed
        return seed
    }

    private var configuredSeed: UInt64? {
        guard let experiment = try? experiment else { return nil }
        if let seed = setup.options.seed ?? experiment.seed { return seed }
        let beginning = try? RunBeginning(
            experiment, searchesFolder: experiment.resumesNewest, workDirectory: workDir,
            config: cfg, seed: nil)
        return beginning?.seed
    }

    /// Starts all randomness anew, for what is not built yet.
    ///
    /// `diffRankSeed` is accepted: there is one process. `deterministic` keeps convolutions from being
    /// timed; runs repeat bit for bit in any case.
    /// Errors: throws `RunnerError` once the run has begun.
    public func setRandomness(
        seed: UInt64?, diffRankSeed: Bool = false, deterministic: Bool = false
    ) throws {
        try refuseOnceBegun("set_randomness")
        var randomness: ConfigNode = ["deterministic": ConfigNode(.bool(deterministic))]
        if let seed {
            let number = Int(truncatingIfNeeded: seed)
            randomness = randomness.setting("seed", to: ConfigNode(.int(number)))
        }
        setup.cfg = setup.cfg.setting("randomness", to: randomness)
        setup.built.seed = nil
        setup.built.generator = nil
        try setUpDevice()
    }

    /// Arranges for what `env_cfg` says: timing of convolutions, and the limit of open files.
    ///
    /// Errors: throws `ConfigError` for a wrong config, `RunnerError` once the run has begun.
    public func setupEnv(_ envCfg: ConfigNode) throws {
        try refuseOnceBegun("setup_env")
        setup.cfg = setup.cfg.setting("env_cfg", to: envCfg)
        try setUpDevice()
        if let limit = try experiment.openFileLimit { _ = OpenFileLimit.raise(to: limit) }
    }

    private func setUpDevice() throws {
        let experiment = try experiment
        setup.built.device?.algorithms.timesCandidates = experiment.timesAlgorithms
    }

    /// Fits the rates to the batch size as `auto_scale_lr` says, once, before schedulers are built.
    ///
    /// - Parameters:
    ///   - optimWrapper: The optimizers; nil for those of the runner.
    ///   - autoScaleLR: Base batch size, and whether to scale at all; nil for that of the config.
    /// - Throws: `ConfigError` without a base; `RunnerError` where schedulers are built already.
    public func scaleLR(_ optimWrapper: OptimizerSet? = nil, _ autoScaleLR: ConfigNode? = nil)
        throws
    {
        var experiment = try experiment
        if let autoScaleLR {
            let config = cfg.setting("auto_scale_lr", to: autoScaleLR)
            experiment = try NewStyleInterpreter.experiment(
                config, registries, built: setup.built.keys)
        }
        guard let base = experiment.baseBatchSize else { return }
        guard setup.built.schedulers == nil, session == nil else {
            throw RunnerError(
                "scale_lr", "the schedulers are built already", remedy: "call it before them")
        }
        let isOwn = optimWrapper == nil
        if isOwn, setup.built.hasScaledRates { return }
        setup.built.warnings += try RunComponents.scaleRates(
            optimWrapper ?? self.optimWrapper, base: base,
            batchSize: trainDataloader.batchSize)
        if isOwn { setup.built.hasScaledRates = true }
    }

    /// The model itself, since one process needs no wrapper.
    ///
    /// Errors: throws `ConfigError` for a config that no wrapper could have.
    public func wrapModel(_ modelWrapperCfg: ConfigNode?, _ model: any TrainableModel) throws
        -> any TrainableModel
    {
        guard let node = modelWrapperCfg, !node.isNull else { return model }
        _ = try node.decode(at: "model_wrapper_cfg") { reader in
            let known = ["MMDistributedDataParallel", "DistributedDataParallel"]
            let type = try reader.value("type", default: known[0])
            guard known.contains(where: { type.split(separator: ".").last == $0[...] }) else {
                throw reader.failure(
                    "type", "\"\(type)\" is not a known wrapper",
                    remedy: "known: \(known.joined(separator: ", "))")
            }
            for key in ["broadcast_buffers", "find_unused_parameters", "static_graph"] {
                _ = try reader.optional(key, as: Bool.self)
            }
        }
        return model
    }

    /// The name of the run: the config's own, its file's, or none, with the time.
    public var experimentName: String {
        let file = URL(fileURLWithPath: setup.options.configPath).deletingPathExtension()
        let stem = setup.options.configPath.isEmpty ? nil : file.lastPathComponent
        return (cfg["experiment_name"]?.string ?? stem).map { "\($0)_\(timestamp)" } ?? timestamp
    }

    /// Whether convolutions are kept from being timed.
    public var deterministic: Bool { cfg.at(path: "randomness.deterministic")?.bool ?? false }
    /// How many epochs are trained.
    public var epoch: Int { session?.finished?.runner.epoch ?? awaited?.epoch ?? 0 }
    /// How many iterations are trained.
    public var iter: Int { session?.finished?.runner.iteration ?? awaited?.iteration ?? 0 }
    /// The name of the model's type.
    public var modelName: String {
        get throws {
            let model = try model
            return "\(type(of: model))"
        }
    }
    /// How many epochs there are to train: one where iterations count; nil without `train_cfg`.
    public var maxEpochs: Int? { loop.map { $0.byEpoch ? $0.maximum : 1 } }
    /// How many iterations there are to train, for which the training data is built where epochs count;
    /// nil without `train_cfg`.
    public var maxIters: Int? { try? trainLoop.maxIters }
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

    private var loop: TrainLoopConfig? { (try? experiment)?.trainLoop }
}
