public import ConfigCore

/// What a config means, whichever style it is written in.
///
/// Components stay as config nodes until they are built through the registries; everything else is
/// typed. Nothing reads the config again once its part is here.
public struct Experiment: Sendable {
    /// Which runner executes it, and how long.
    public struct Runner: Sendable {
        /// The runner's config: `type`, `max_epochs` or `max_iters`, a custom runner's own keys.
        public var config: ConfigNode
        /// The way to it in the config, for messages.
        public var path: String
        /// Whether progress is counted in epochs.
        public var byEpoch: Bool
        /// How many epochs or iterations.
        public var maximum: Int
    }

    /// A data set and how its batches are made.
    public struct Loader: Sendable {
        /// The data set's config.
        public var dataset: ConfigNode
        /// The way to it in the config.
        public var path: String
        /// Samples of a batch.
        public var batchSize: Int
        /// Threads that read data.
        public var workers: Int
        /// Whether the original's worker processes live on between passes, which draws fewer seeds.
        public var keepsWorkers: Bool
        /// Whether each pass has another order.
        public var shuffles: Bool
        /// Whether a last batch that is not full is left out.
        public var dropsLast: Bool
        /// Whether unreadable files are skipped rather than end the run.
        public var skipsCorrupt: Bool
        /// What decides the order of samples.
        public var sampler = Sampler.generator
    }

    /// What decides the order of samples.
    public enum Sampler: Sendable, Equatable {
        /// The run's generator, where the loader shuffles.
        case generator
        /// Seed and pass alone; the seed is the run's where none is given.
        case seeded(UInt64?)
        /// The run's generator, and each sample comes several times in a row.
        case repeated(times: Int, round: Int, ratio: Double)
    }

    /// Evaluation by metrics, beside the workflow.
    public struct Evaluation: Sendable {
        /// The keys of the evaluation hook (`interval`, `save_best` …).
        public var hook: ConfigNode
        /// The keys of the metrics (`metric`, `metric_options`).
        public var metrics: ConfigNode
        /// The way to them in the config.
        public var path: String
    }

    /// The style it was written in.
    public var style: ConfigStyle
    /// The model.
    public var model: ConfigNode
    /// The optimizer with its parameter-wise rules; none to test only.
    public var optimizer: ConfigNode?
    /// The runner.
    public var runner: Runner
    /// Phases and counts.
    public var workflow: [(phase: String, count: Int)]
    /// Where the workflow was written, for messages; nil where nobody wrote it.
    public var workflowConfig: ConfigNode?
    /// Loaders by the name of their data set: `train`, `val`, `test`.
    public var loaders: [String: Loader]
    /// Whether a val phase uses pipeline and loader of `data.train`, as the original did.
    public var validatesWithTrainPipeline: Bool
    /// Evaluation, unless switched off.
    public var evaluation: Evaluation?
    /// The hooks' configs, as `register_training_hooks` takes them.
    public var hooks: Hooks
    /// Where results go.
    public var workDirectory: String?
    /// Where all randomness starts; nil lets the program choose.
    public var seed: UInt64?
    /// A checkpoint whose weights to begin with.
    public var loadFrom: String?
    /// A checkpoint to continue.
    public var resumeFrom: String?
    /// The least important messages to show.
    public var logLevel: String
    /// What happens when the loss is not finite.
    public var onNonFinite: String
    /// Whether convolution algorithms are timed on a shape's first use.
    public var timesAlgorithms: Bool
    /// Whether the network computes in bfloat16, where the processor is fast at it.
    public var isMixedPrecision: Bool
    /// What the user should know: keys without meaning here, names near a known key.
    public var notes: [String]

    /// Configs of the training hooks.
    public struct Hooks: Sendable {
        /// `lr_config`.
        public var learningRate: ConfigNode?
        /// `momentum_config`.
        public var momentum: ConfigNode?
        /// `optimizer_config`.
        public var optimizer: ConfigNode?
        /// `checkpoint_config`.
        public var checkpoint: ConfigNode?
        /// `log_config`.
        public var log: ConfigNode?
        /// `timer_config`.
        public var timer: ConfigNode?
        /// `custom_hooks`.
        public var custom: ConfigNode?
        /// `profiler_config`.
        public var profiler: ConfigNode?
    }
}
