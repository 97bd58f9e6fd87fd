import Foundation
public import Logging
public import NeuralNet
public import TensorCore
public import TorchFile
public import TrainingInterfaces

/// What every runner has: counters, hooks, the step of the model, saving and resuming.
///
/// A subclass says how phases follow each other. A custom runner may declare phases of its own in
/// `phases`; a workflow names them like `train` and `val`.
open class BaseRunner {
    /// Runs a phase once: an epoch, or an iteration in a run by iterations.
    public typealias Phase = (any BatchSource) throws -> Void

    /// The model.
    public let model: any TrainableModel
    /// The optimizers, or nil.
    public let optimizer: OptimizerSet?
    /// Where checkpoints and logs go, as an absolute path; nil where nothing is kept.
    public let workDirectory: String?
    /// Where messages go.
    public let logger: Logger
    /// What checkpoints and the first line of the JSON log say about the run.
    public var meta: TorchDictionary?
    /// What hooks keep in checkpoints under MMCV's `hook_msgs`, such as the best score.
    public var hookMessages = TorchDictionary()
    /// Where tensors live.
    public let device: Device
    /// The generator of initial weights and sample order.
    public let generator: TorchGenerator
    /// The root of addressed randomness.
    public let seed: UInt64
    /// How processes of the run talk to each other.
    public let communicator: any Communicator
    /// When the run was set up, as `20240131_235959`: the stem of its log files.
    public let timestamp: String
    /// Where a signal or another thread asks the run to stop.
    public let stopRequest: StopRequest
    /// Finds checkpoints by path or name.
    public let checkpointFinder: CheckpointFinder
    /// The config as JSON, which checkpoints keep to tell later what was changed; nil without one.
    public let config: String?
    /// What happens when the loss is not a finite number.
    public var onNonFinite: NonFiniteAction

    /// What moves rates and momentums after epochs and iterations, where no hook sets them.
    public var schedulers: ParameterSchedulerSet?
    /// What val phases evaluate; nil where they compute losses.
    public var evaluation: PhaseEvaluation?
    /// Whether hooks act at the stages of loops (`before_train`, `before_val` …), of which a run by
    /// iterations then is one epoch.
    public var hasLoopStages = false
    /// Whether the workflow was derived from a train loop, so that a resumed run finds its entry by what is
    /// trained.
    public var isWorkflowDerived = false
    /// Whether training is to end with the epoch, or the iteration in a run by iterations.
    public var stopsTraining = false

    /// What convolutions compute in; hooks of mixed precision change it.
    public var precision = ElementType.float32

    /// How many training epochs are finished.
    public package(set) var epoch = 0
    /// How many training iterations are finished.
    public package(set) var iteration = 0
    /// The place of the iteration in its epoch, or in its workflow entry in a run by iterations.
    public internal(set) var innerIteration = 0
    /// How many epochs there shall be.
    public internal(set) var maxEpochs: Int?
    /// How many iterations there shall be.
    public internal(set) var maxIterations: Int?
    /// The phase in progress; nil before the first.
    public internal(set) var mode: String?
    /// What the caller hands to the steps of the model, which find it in their context.
    public var stepOptions = StepOptions()
    /// Numbers on their way to the logs.
    public var logBuffer = LogBuffer()
    /// What the model gave back in this iteration; nil between iterations.
    public internal(set) var outputs: StepOutput?
    /// The record of this iteration's forward pass; nil between iterations and in validation.
    public internal(set) var tape: Tape?
    /// The source of the phase in progress.
    public internal(set) var dataLoader: (any BatchSource)?
    /// The batch of this iteration; nil between iterations.
    public internal(set) var dataBatch: Batch?
    /// The checkpoint that the run continues, where it does.
    public internal(set) var resumedPath: String?
    /// Whether gradients gathered so far count for the next step, so that checkpoints must hold them.
    public var keepsGradients = false
    /// Whether the run is ending because it was asked to; hooks that save or evaluate then do not.
    public internal(set) var isStopping = false
    /// Whether the epoch about to begin was begun before the run was resumed.
    public internal(set) var isContinuingEpoch = false

    let batchProcessor: RunnerDefaults.BatchProcessor?
    private let random: KeyedRandom
    var hookList = HookList()
    var stageInProgress: StageInProgress?
    var loaders: [any BatchSource] = []
    var workflow: [(String, Int)] = []
    /// The stages of the phase in progress, or of the last one.
    private(set) var stages = PhaseStages.train
    var position = RunPosition()
    var resumed: ResumedState?
    /// Whether the phase about to run was begun before the run was resumed.
    var isContinuing = false

    /// The stage whose hooks are acting and how many of them have begun.
    struct StageInProgress {
        let stage: HookStage
        let actions: [HookAction]
        var done = 0

        /// Those still to come.
        var pending: ArraySlice<HookAction> { actions[done...] }
    }

    /// A runner before its first step.
    ///
    /// Errors: throws where both limits are given, or the work directory cannot be made.
    public init(
        _ defaults: RunnerDefaults, maxEpochs: Int? = nil, maxIterations: Int? = nil
    ) throws {
        guard maxEpochs == nil || maxIterations == nil else {
            throw RunnerError(
                "runner", "max_epochs and max_iters are both set", remedy: "set only one of them")
        }
        model = defaults.model
        optimizer = defaults.optimizer
        workDirectory = try defaults.workDirectory.map(WorkDirectory.create)
        logger = defaults.logger
        meta = defaults.meta
        device = defaults.device
        generator = defaults.generator
        seed = defaults.seed
        communicator = defaults.communicator
        batchProcessor = defaults.batchProcessor
        stopRequest = defaults.stopRequest
        checkpointFinder = defaults.checkpointFinder
        config = defaults.config
        onNonFinite = defaults.onNonFinite
        random = KeyedRandom(seed: defaults.seed)
        timestamp = defaults.timestamp
        self.maxEpochs = maxEpochs
        self.maxIterations = maxIterations
        if batchProcessor != nil {
            logger.warning(
                "batch_processor is deprecated; give the model trainStep and validationStep instead"
            )
        }
    }

    /// Notes which phase goes through which source.
    func begin(_ stages: PhaseStages, _ loader: any BatchSource) {
        self.stages = stages
        mode = stages.mode
        dataLoader = loader
    }

    /// The after-stage of what is begun, so that it follows even where the run stops.
    var openEpochStage: HookStage? { nil }

    /// What the logs have gathered, for checkpoints.
    var savedLogs: [LogBuffer] { [logBuffer] }

    /// Goes on gathering for the logs.
    func restoreLogs(_ logs: [LogBuffer]) {
        if let log = logs.first { logBuffer.continueFrom(log) }
    }

    /// Counts a finished training iteration.
    func countIteration() {
        iteration += 1
        innerIteration += 1
    }

    /// Prepares for the first of an entry's repeats.
    func entryWillBegin() {}

    /// Ends an entry of which a phase has run.
    func entryDidEnd() throws {}

    /// Whether the phase in progress trains.
    public var isTraining: Bool { mode != nil && stages.isTraining }

    /// The name of the model's type.
    public var modelName: String { "\(type(of: model))" }
    /// The number of this process.
    public var rank: Int { communicator.rank }
    /// How many processes there are.
    public var worldSize: Int { communicator.size }

    /// Whether hooks count epochs unless they are told otherwise.
    open var countsByEpoch: Bool { true }

    /// The phases a workflow may name; a subclass adds its own to those of `super`.
    open var phases: [String: Phase] { [:] }

    /// The phases that bring the run nearer to its end, which are left out once it is reached.
    open var advancingPhases: Set<String> { ["train"] }

    /// Runs the phases of the workflow, loader by loader, until the limit is reached.
    ///
    /// - Parameters:
    ///   - loaders: One source for each workflow entry.
    ///   - workflow: Phases and how often each runs before the next.
    /// - Throws: `RunnerError` for a run that cannot begin, `RunInterrupted` where it was asked to stop, and
    ///   whatever data, model and hooks throw.
    open func run(_ loaders: [any BatchSource], workflow: [(String, Int)]) throws {
        throw RunnerError(
            "runner", "BaseRunner has no loop of its own",
            remedy: "use EpochBasedRunner or IterBasedRunner")
    }

    /// Runs with settings that the steps of the model find in their context.
    ///
    /// Source: `run(data_loaders, workflow, **kwargs)`, whose keywords MMCV hands on to `train_step`.
    public func run(
        _ loaders: [any BatchSource], workflow: [(String, Int)], stepOptions: StepOptions
    ) throws {
        self.stepOptions = stepOptions
        try run(loaders, workflow: workflow)
    }

    /// The step of one batch: the model's own, or the batch processor's.
    open func runIteration(_ batch: Batch, training: Bool) throws {
        tape = training ? Tape() : nil
        let context = ForwardContext(
            mode: training ? .training : .evaluation, tape: tape, device: device,
            random: random.at(iteration), precision: precision, stepOptions: stepOptions)
        let output = try device.measured(training ? "train_step" : "val_step", .phase) {
            if !training, let evaluation { return try evaluation.process(batch, self) }
            return try step(batch, training: training, context)
        }
        outputs = output
        if training { try checkLoss(output) }
        logBuffer.update(output.logVariables, count: output.sampleCount)
    }

    /// The circumstances of a forward pass outside training, for hooks that predict.
    public var evaluationContext: ForwardContext {
        device.recorder?.operationsBegin()
        return ForwardContext(
            mode: .evaluation, tape: nil, device: device, random: random.at(iteration),
            precision: precision, stepOptions: stepOptions)
    }

    /// The next batch of a source; nil at the end of its pass.
    func nextBatch(of loader: any BatchSource) throws -> Batch? {
        try device.measured("data loading", .phase) { try loader.next() }
    }

    /// The circumstances of a pass in training mode that is not recorded, for hooks; `pass` numbers those
    /// of one moment.
    func trainingContext(pass: Int) -> ForwardContext {
        ForwardContext(
            mode: .training, tape: nil, device: device, random: random.at(iteration).at(pass),
            precision: precision, stepOptions: stepOptions)
    }

    private func step(_ batch: Batch, training: Bool, _ context: ForwardContext) throws
        -> StepOutput
    {
        let optimizers = optimizer ?? OptimizerSet([])
        if let batchProcessor {
            return try batchProcessor(model, batch, training, optimizers, context)
        }
        return training
            ? try model.trainStep(batch, optimizers, context)
            : try model.validationStep(batch, context)
    }

    private func checkLoss(_ output: StepOutput) throws {
        guard let value = try lossToCheck(output), !value.isFinite else { return }
        let error = NonFiniteLossError(
            epoch: epoch + 1, iteration: iteration + 1, loss: value,
            firstCulprit: try firstNonFinite())
        guard onNonFinite == .warn else { throw error }
        logger.warning("\(error)")
    }

    /// The loss; of a model that steps itself the first loss it reports that is no finite number.
    private func lossToCheck(_ output: StepOutput) throws -> Double? {
        guard let loss = output.loss else {
            return output.logVariables.first { $0.name.contains("loss") && !$0.value.isFinite }?
                .value
        }
        let named = output.logVariables.first { $0.name == "loss" }?.value
        return try named ?? Double(loss.value.plainValues().first ?? 0)
    }

    private func firstNonFinite() throws -> String? {
        for (name, parameter) in model.namedParameters() {
            if try !parameter.value.plainValues().allSatisfy(\.isFinite) {
                return "the parameter \(name)"
            }
            if let gradient = parameter.gradient,
                try !gradient.plainValues().allSatisfy(\.isFinite)
            {
                return "the last gradient of \(name)"
            }
        }
        return nil
    }

    /// The learning rate of every parameter group, by optimizer; the only optimizer has an empty name.
    public var currentLearningRates: [(optimizer: String, values: [Double])] {
        get throws { try perGroup("lr", \.learningRate) }
    }

    /// The momentum (or first beta) of every parameter group, by optimizer; 0 where there is none.
    public var currentMomentums: [(optimizer: String, values: [Double])] {
        get throws { try perGroup("momentum") { $0.momentum ?? 0 } }
    }

    private func perGroup(_ name: String, _ value: (ParameterGroup) -> Double) throws
        -> [(optimizer: String, values: [Double])]
    {
        guard let optimizer else { throw RunnerError(name, "the run has no optimizer") }
        return optimizer.entries.map { ($0.name, $0.wrapper.optimizer.groups.map(value)) }
    }
}
