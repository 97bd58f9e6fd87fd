import Logging
public import TrainingInterfaces

/// Runs workflows whose counts are epochs: `[("train", 2), ("val", 1)]` trains two epochs, then
/// validates one, round and round until `max_epochs` are trained.
open class EpochBasedRunner: BaseRunner {
    /// `train` and `val`.
    open override var phases: [String: Phase] {
        [
            "train": { [unowned self] in try train($0) },
            "val": { [unowned self] in try val($0) },
        ]
    }

    /// Runs until `max_epochs` are trained; validation that follows the last of them still runs.
    open override func run(_ loaders: [any BatchSource], workflow: [(String, Int)]) throws {
        guard let maxEpochs else {
            throw RunnerError(
                "runner", "max_epochs is not set", remedy: "say how many epochs to train")
        }
        try check(loaders, workflow, isFinished: epoch >= maxEpochs)
        if let first = workflow.firstIndex(where: { advancingPhases.contains($0.0) }) {
            maxIterations = maxEpochs * loaders[first].batchesPerEpoch
        }
        try supervise(loaders, workflow, limit: "\(maxEpochs) epochs") {
            try restoreLoaders()
            try goThroughWorkflow(loaders) { epoch >= maxEpochs || stopsTraining }
        }
    }

    /// Runs with a limit given only now, in the manner of old MMCV code.
    public func run(_ loaders: [any BatchSource], workflow: [(String, Int)], maxEpochs: Int) throws
    {
        logger.warning("max_epochs given to run is deprecated; set it in the runner's config")
        self.maxEpochs = maxEpochs
        try run(loaders, workflow: workflow)
    }

    /// Trains one epoch.
    open func train(_ loader: any BatchSource) throws { try runEpoch(loader, as: .train) }

    /// Goes through a source once without training.
    open func val(_ loader: any BatchSource) throws { try runEpoch(loader, as: .validation) }

    /// Goes through a source once; what phases of one's own are made of.
    ///
    /// A phase that trains counts iterations and its epoch. Resuming in its middle continues it exactly.
    ///
    /// - Parameters:
    ///   - loader: The source.
    ///   - stages: The phase's name, and whether it acts as training or as validation.
    /// - Throws: Whatever data, model and hooks throw.
    public func runEpoch(_ loader: any BatchSource, as stages: PhaseStages) throws {
        if !stages.isTraining, let evaluation, let loop = evaluation.loop {
            return try evaluate(loader, by: loop, evaluation, as: stages)
        }
        if stages.isTraining, let maxEpochs {
            maxIterations = maxEpochs * loader.batchesPerEpoch
        }
        begin(stages, loader)
        if let continued = takeContinuation() {
            if continued.stage == stages.afterEpoch {
                try performPending(continued.pendingHooks, at: stages.afterEpoch)
                return try finishEpoch(stages)
            }
            try reenter(continued, loader, stages)
        } else {
            if isEvaluating { try callHook(stages.loop.before) }
            try callHook(stages.beforeEpoch)
            try loader.begin(epoch: epoch)
        }
        position.isInsideEpoch = true
        while let batch = try nextBatch(of: loader) {
            dataBatch = batch
            innerIteration = position.batchesDone
            try callHook(stages.beforeIteration)
            try runIteration(batch, training: stages.isTraining)
            try callHook(stages.afterIteration)
            finishIteration(stages)
            try heedRequests()
        }
        if isEvaluating { try evaluation?.conclude(self) }
        try callHook(stages.afterEpoch)
        try finishEpoch(stages)
    }

    /// Evaluates a source outside the workflow, by the stages of a validation or a test.
    ///
    /// - Parameters:
    ///   - loader: The source.
    ///   - evaluation: What is evaluated.
    ///   - stages: Those of `validation` or of `test`.
    /// - Returns: The metrics.
    /// - Throws: Whatever data, model, metrics and hooks throw.
    public func evaluate(
        _ loader: any BatchSource, by evaluation: PhaseEvaluation, as stages: PhaseStages
    ) throws -> [(name: String, value: Double)] {
        let usual = self.evaluation
        defer { self.evaluation = usual }
        self.evaluation = evaluation
        isContinuing = false
        position = RunPosition()
        try callHook(.beforeRun)
        try runEpoch(loader, as: stages)
        try callHook(.afterRun)
        return evaluation.metrics
    }

    /// Goes on inside an epoch: its first stage comes again, what was gathered for the logs stays.
    private func reenter(
        _ continued: RunPosition, _ loader: any BatchSource, _ stages: PhaseStages
    ) throws {
        let log = logBuffer
        isContinuingEpoch = true
        defer { isContinuingEpoch = false }
        try callHook(stages.beforeEpoch)
        logBuffer = log
        try loader.resume(loader.position)
        guard continued.stage == stages.afterIteration else { return }
        try performPending(continued.pendingHooks, at: stages.afterIteration)
        finishIteration(stages)
    }

    private func finishIteration(_ stages: PhaseStages) {
        dropIteration()
        position.batchesDone += 1
        if stages.isTraining { iteration += 1 }
    }

    private func finishEpoch(_ stages: PhaseStages) throws {
        if stages.isTraining { epoch += 1 }
        if isEvaluating { try callHook(stages.loop.after) }
    }

    override var openEpochStage: HookStage? {
        guard position.isInsideEpoch else { return nil }
        return stages.afterEpoch
    }
}
