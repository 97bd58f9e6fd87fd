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
        if let train = workflow.firstIndex(where: { $0.0 == "train" }) {
            maxIterations = maxEpochs * loaders[train].batchesPerEpoch
        }
        try supervise(loaders, workflow, limit: "\(maxEpochs) epochs") {
            try restoreLoaders()
            try goThroughWorkflow(loaders) { epoch >= maxEpochs }
        }
    }

    /// Runs with a limit given only now.
    public func run(_ loaders: [any BatchSource], workflow: [(String, Int)], maxEpochs: Int) throws
    {
        self.maxEpochs = maxEpochs
        try run(loaders, workflow: workflow)
    }

    /// Trains one epoch.
    open func train(_ loader: any BatchSource) throws {
        if let maxEpochs { maxIterations = maxEpochs * loader.batchesPerEpoch }
        try runEpoch(loader, .train)
    }

    /// Goes through a source once without training.
    open func val(_ loader: any BatchSource) throws { try runEpoch(loader, .validation) }

    private func runEpoch(_ loader: any BatchSource, _ stages: PhaseStages) throws {
        mode = stages.mode
        dataLoader = loader
        if let continued = takeContinuation() {
            if continued.stage == stages.afterEpoch {
                try performPending(continued.pendingHooks, at: stages.afterEpoch)
                return finishEpoch(stages)
            }
            try reenter(continued, loader, stages)
        } else {
            try callHook(stages.beforeEpoch)
            try loader.begin(epoch: epoch)
        }
        position.isInsideEpoch = true
        while let batch = try loader.next() {
            dataBatch = batch
            innerIteration = position.batchesDone
            try callHook(stages.beforeIteration)
            try runIteration(batch, training: stages.isTraining)
            try callHook(stages.afterIteration)
            finishIteration(stages)
            try heedRequests()
        }
        try callHook(stages.afterEpoch)
        finishEpoch(stages)
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

    private func finishEpoch(_ stages: PhaseStages) {
        if stages.isTraining { epoch += 1 }
    }

    override var openEpochStage: HookStage? {
        guard position.isInsideEpoch else { return nil }
        return mode == PhaseStages.train.mode ? .afterTrainEpoch : .afterValidationEpoch
    }
}
