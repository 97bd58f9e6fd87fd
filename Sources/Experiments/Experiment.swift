public import ConfigCore
public import NeuralNet
import WorkflowRunner

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
        /// What the order of a pass comes from.
        public var sampler = Sampler.generator
        /// Whether a last batch that is not full is left out.
        public var dropsLast: Bool
        /// What puts samples together, where it is not the usual stacking.
        public var collate: ConfigNode?
        /// Whether unreadable files are skipped rather than end the run.
        public var skipsCorrupt: Bool
    }

    /// What the order of a loader's passes comes from.
    public enum Sampler: Sendable, Equatable {
        /// The run's generator, as in a run of the original's with one process.
        case generator
        /// A seed and the number of the pass; nil is the run's seed.
        case seeded(UInt64?)
        /// The run's generator, and each sample comes several times in a row.
        case repeated(times: Int, round: Int, ratio: Double)
        /// A seed and the number of the pass, and each sample comes several times in a row.
        case seededRepeats(UInt64?, times: Int)
        /// A seed and the number of the pass, all classes equally often.
        case classAware(UInt64?, samplesPerClass: Int)
        /// A seed alone: passes go on in one order without end.
        case endless(UInt64?)
    }

    /// What evaluates in the val phases of the workflow, or in a test.
    public struct PhaseEvaluation: Sendable {
        /// The metrics' config: one, or a list of them.
        public var metrics: ConfigNode
        /// The way to it in the config.
        public var path: String
        /// Whether the network computes in bfloat16 meanwhile, where the processor is fast at it.
        public var isMixedPrecision: Bool
        /// The config of a loop of the user's own that evaluates; nil for the usual one.
        public var loop: ConfigNode?
    }

    /// How gradients become steps, where the optimizer's wrapper rather than a hook of the config says so.
    public struct Stepping: Sendable {
        /// How gradients are clipped.
        public var clip: GradientClip?
        /// How many iterations share a step.
        public var accumulation = 1
        /// How the loss is scaled in mixed precision; nil without.
        public var scaler: LossScaler?
    }

    /// A hook that is registered as it is written.
    public struct ListedHook: Sendable {
        /// Its config.
        public var config: ConfigNode
        /// The way to it in the config.
        public var path: String
    }

    /// Evaluation by metrics, beside the workflow.
    public struct Evaluation: Sendable {
        /// The keys of the evaluation hook (`interval`, `save_best` …).
        public var hook: ConfigNode
        /// The keys of the metrics (`metric`, `metric_options`).
        public var metrics: ConfigNode
        /// The way to them in the config.
        public var path: String

        /// What the hook's keys say.
        func options() throws -> EvaluationOptions {
            try hook.decode(at: path) { reader in
                // The metrics are read for themselves; a misspelling may mean one of their keys.
                reader.ignore("metric", "metric_options")
                return try EvaluationOptions(from: &reader)
            }
        }
    }

    /// The style it was written in.
    public var style: ConfigStyle
    /// The model.
    public var model: ConfigNode
    /// The optimizer of a legacy config with its parameter-wise rules; none to test only.
    public var optimizer: ConfigNode?
    /// The optimizer of a new-style config and how it steps, or several; none to test only.
    public var wrapper: WrapperConfig?
    /// How the rate goes, as chained schedulers; nil where hooks set it.
    public var schedulers: ConfigNode?
    /// For which batch size the rate is meant, where it is to be scaled to the config's.
    public var baseBatchSize: Int?
    /// The batch size that the config names for scaling, asked for or not.
    public var wantedBatchSize: Int?
    /// The runner.
    public var runner: Runner
    /// Phases and counts.
    public var workflow: [(phase: String, count: Int)]
    /// The loop that the workflow was derived from; nil for one that somebody wrote.
    public var trainLoop: TrainLoopConfig?
    /// The config of a train loop of the user's own, which runs itself; nil for the usual ones.
    public var ownTrainLoop: ConfigNode?
    /// Where the workflow was written, for messages; nil where nobody wrote it.
    public var workflowConfig: ConfigNode?
    /// Loaders by the name of their data set: `train`, `val`, `test`.
    public var loaders: [String: Loader]
    /// Whether a val phase uses pipeline and loader of `data.train`, as the original did.
    public var validatesWithTrainPipeline: Bool
    /// Evaluation, unless switched off.
    public var evaluation: Evaluation?
    /// What val phases evaluate; nil where they compute losses.
    public var validation: PhaseEvaluation?
    /// What a test evaluates, if not what `evaluation` does.
    public var testing: PhaseEvaluation?
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
    /// Whether to continue the newest checkpoint of the work directory, if there is one.
    public var resumesNewest = false
    /// The least important messages to show.
    public var logLevel: String
    /// What happens when the loss is not finite.
    public var onNonFinite: String
    /// Whether convolution algorithms are timed on a shape's first use.
    public var timesAlgorithms: Bool
    /// Whether the network computes in bfloat16, where the processor is fast at it.
    public var isMixedPrecision: Bool
    /// How many files the process may have open at least.
    public var openFileLimit: Int?
    /// What the user should know: keys without meaning here, names near a known key.
    public var notes: [String]

    /// The workflow, without its validations where none is wanted.
    func phases(evaluates: Bool) -> [(phase: String, count: Int)] {
        evaluates || validation == nil ? workflow : [("train", 1)]
    }

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
        /// `log_processor`.
        public var processor: ConfigNode?
        /// `visualizer`.
        public var visualizer: ConfigNode?
        /// Hooks that are registered one by one, in this order; nil where the ones above are meant.
        public var listed: [ListedHook]?
    }
}
