import NeuralNet

/// What a training command says beside its config.
public struct TrainingOptions: Sendable {
    /// The config's file, which names the work directory by default.
    public var configPath: String
    /// Where results go, over the config's `work_dir`.
    public var workDirectory: String?
    /// A checkpoint to continue, over the config's `resume_from`.
    public var resumeFrom: String?
    /// Whether to continue the newest intact checkpoint of the work directory, if there is one.
    public var resumesNewest: Bool
    /// A checkpoint whose weights to begin with, over the config's `load_from`.
    public var loadFrom: String?
    /// Whether metrics are evaluated during training.
    public var evaluates: Bool
    /// Where all randomness starts, over the config's `seed`.
    public var seed: UInt64?
    /// What the log shall say of the command itself.
    public var notes: [String]

    /// Whether to compute in bfloat16 with a scaled loss, whatever the optimizer's wrapper says.
    public var isMixedPrecision = false
    /// Whether the optimizers of a checkpoint to continue go on too.
    public var resumesOptimizer = true
    /// Whether the parameter schedulers of a checkpoint to continue go on too.
    public var resumesSchedulers = true
    /// Whether the weights in memory count, whatever the config says to begin with.
    var keepsWeights = false
    /// Whether to scale the rate from `auto_scale_lr.base_batch_size` to the batch size.
    public var scalesRate = false
    /// Which part of a cross-validation the run leaves out of training.
    var fold: (number: Int, splits: Int)?

    /// The options of a run; only the config is needed.
    public init(
        configPath: String, workDirectory: String? = nil, resumeFrom: String? = nil,
        resumesNewest: Bool = false, loadFrom: String? = nil, evaluates: Bool = true,
        seed: UInt64? = nil, notes: [String] = []
    ) {
        self.configPath = configPath
        self.workDirectory = workDirectory
        self.resumeFrom = resumeFrom
        self.resumesNewest = resumesNewest
        self.loadFrom = loadFrom
        self.evaluates = evaluates
        self.seed = seed
        self.notes = notes
    }
}

extension TrainingOptions {
    /// Lets the command's words count over the config's.
    func adapt(_ experiment: inout Experiment) throws {
        if resumesNewest || resumeFrom != nil { experiment.resumesNewest = resumesNewest }
        if let resumeFrom {
            experiment.resumeFrom = resumeFrom
            experiment.loadFrom = nil
        } else if resumesNewest, experiment.style == .new {
            // A checkpoint named by the config is the one to continue.
            experiment.resumeFrom = experiment.resumeFrom ?? experiment.loadFrom
            experiment.resumesNewest = experiment.resumeFrom == nil
        }
        experiment.loadFrom = loadFrom ?? experiment.loadFrom
        if keepsWeights {
            (experiment.loadFrom, experiment.resumeFrom) = (nil, nil)
            experiment.resumesNewest = false
        }
        if isMixedPrecision, experiment.wrapper?.stepping.scaler == nil {
            guard let wrapper = experiment.wrapper else {
                throw UsageError("--amp: the config has no optim_wrapper; a legacy one says fp16")
            }
            guard wrapper.constructor == nil else {
                throw UsageError(
                    "--amp: optim_wrapper has a constructor; write \"type\": \"AmpOptimWrapper\" in the config of each wrapper"
                )
            }
            experiment.wrapper?.stepping.scaler = LossScaler()
            experiment.isMixedPrecision = true
        }
        if scalesRate {
            guard let base = experiment.wantedBatchSize else {
                throw UsageError(
                    "--auto-scale-lr: the config does not say auto_scale_lr.base_batch_size; add it"
                )
            }
            experiment.baseBatchSize = base
        }
    }
}
