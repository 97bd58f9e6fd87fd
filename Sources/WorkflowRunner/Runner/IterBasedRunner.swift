import Logging
public import TrainingInterfaces

/// Runs workflows whose counts are iterations, over sources without end.
///
/// Epoch stages are not called, but `before_epoch` and `after_epoch` once around the whole run. What a
/// val entry reports is averaged over its iterations and logged when it ends; it never mixes with the
/// numbers of training.
open class IterBasedRunner: BaseRunner {
    private var validationLog = LogBuffer()
    private var isValidating = false

    /// False: hooks count iterations unless they are told otherwise.
    open override var countsByEpoch: Bool { false }

    /// `train` and `val`.
    open override var phases: [String: Phase] {
        [
            "train": { [unowned self] in try train($0) },
            "val": { [unowned self] in try val($0) },
        ]
    }

    /// Runs until `max_iters` iterations are trained; validation that follows the last still runs.
    open override func run(_ loaders: [any BatchSource], workflow: [(String, Int)]) throws {
        guard let maxIterations else {
            throw RunnerError(
                "runner", "max_iters is not set", remedy: "say how many iterations to train")
        }
        try check(loaders, workflow, isFinished: iteration >= maxIterations)
        // Nothing else forgets old numbers in a run without epochs.
        logBuffer.windowLimit = hooks.compactMap { ($0 as? LoggerHook)?.interval }.max() ?? 1
        try supervise(loaders, workflow, limit: "\(maxIterations) iters") {
            let endless = try endlessLoaders()
            try beginEpoch()
            try goThroughWorkflow(endless) { iteration >= maxIterations || stopsTraining }
            try useWeights(forEvaluation: true)
            try callHook(hasLoopStages ? .afterTrainEpoch : .afterEpoch)
        }
    }

    /// Runs with a limit given only now, in the manner of old MMCV code.
    public func run(
        _ loaders: [any BatchSource], workflow: [(String, Int)], maxIterations: Int
    ) throws {
        logger.warning("max_iters given to run is deprecated; set it in the runner's config")
        self.maxIterations = maxIterations
        try run(loaders, workflow: workflow)
    }

    /// Trains one iteration.
    open func train(_ loader: any BatchSource) throws { try runBatch(loader, as: .train) }

    /// Goes through one batch without training.
    open func val(_ loader: any BatchSource) throws { try runBatch(loader, as: .validation) }

    /// Goes through one batch; what phases of one's own are made of.
    ///
    /// A phase that trains counts the iteration. What one reports that does not is averaged over the
    /// entry of the workflow and logged under the phase's name.
    ///
    /// - Parameters:
    ///   - loader: The source.
    ///   - stages: The phase's name, and whether it acts as training or as validation.
    /// - Throws: Whatever data, model and hooks throw.
    public func runBatch(_ loader: any BatchSource, as stages: PhaseStages) throws {
        try useWeights(forEvaluation: !stages.isTraining)
        guard stages.isTraining else {
            if let evaluation, let loop = evaluation.loop {
                return try withValidationLog {
                    try evaluate(loader, by: loop, evaluation, as: stages)
                }
            }
            return try withValidationLog {
                evaluation == nil
                    ? try runOne(loader, stages) : try runEvaluation(loader, stages)
            }
        }
        // With loops the whole run is one epoch.
        if !isContinuing, !hasLoopStages, let endless = loader as? IterLoader {
            epoch = endless.epoch
        }
        try runOne(loader, stages)
    }

    /// Lets hooks see the numbers of validation as the log buffer.
    private func withValidationLog(_ body: () throws -> Void) rethrows {
        swap(&logBuffer, &validationLog)
        isValidating = true
        defer {
            swap(&logBuffer, &validationLog)
            isValidating = false
        }
        try body()
    }

    private func runOne(_ loader: any BatchSource, _ stages: PhaseStages) throws {
        begin(stages, loader)
        if let continued = takeContinuation(), continued.stage == stages.afterIteration {
            try performPending(continued.pendingHooks, at: stages.afterIteration)
        } else if let batch = try nextBatch(of: loader) {
            dataBatch = batch
            try callHook(stages.beforeIteration)
            try runIteration(batch, training: stages.isTraining)
            try callHook(stages.afterIteration)
        }
        dropIteration()
        innerIteration += 1
        if stages.isTraining { iteration += 1 }
    }

    /// Goes through one batch of an evaluation, which fills its entry of the workflow from first to last.
    private func runEvaluation(_ loader: any BatchSource, _ stages: PhaseStages) throws {
        let continued = isContinuing ? position : nil
        if continued?.stage == stages.afterEpoch {
            begin(stages, loader)
            _ = takeContinuation()
            try performPending(continued?.pendingHooks ?? [], at: stages.afterEpoch)
            return try callHook(.afterValidation)
        }
        isContinuing = false
        if position.repeatsDone == 0 {
            begin(stages, loader)
            try callHook(.beforeValidation)
            try callHook(stages.beforeEpoch)
            try loader.begin(epoch: 0)
        }
        try runOne(loader, stages)
        guard position.repeatsDone + 1 == workflow[position.entry].1 else { return }
        try evaluation?.conclude(self)
        try callHook(stages.afterEpoch)
        try callHook(.afterValidation)
    }

    private func endlessLoaders() throws -> [any BatchSource] {
        let positions = resumedLoaderPositions
        // Entries that share a source go on in its one pass.
        var made: [ObjectIdentifier: IterLoader] = [:]
        return try loaders.enumerated().map { place, loader in
            // Every evaluation begins with the first batch.
            if evaluation != nil, !advancingPhases.contains(workflow[place].0) { return loader }
            if let known = made[ObjectIdentifier(loader)] { return known }
            let endless = try IterLoader(loader, from: positions?[place])
            made[ObjectIdentifier(loader)] = endless
            return endless
        }
    }

    private func beginEpoch() throws {
        let log = logBuffer
        isContinuingEpoch = resumed != nil
        defer { isContinuingEpoch = false }
        try callHook(hasLoopStages ? .beforeTrainEpoch : .beforeEpoch)
        if resumed != nil { logBuffer = log }
    }

    override func entryWillBegin() { innerIteration = position.repeatsDone }

    override func entryDidEnd() throws {
        guard !stages.isTraining, evaluation == nil, validationLog.hasHistory else { return }
        try withValidationLog {
            logBuffer.average()
            for case let logger as LoggerHook in hooks { try logger.log(self) }
            logBuffer.clear()
        }
    }

    override var openEpochStage: HookStage? { hasLoopStages ? .afterTrainEpoch : .afterEpoch }

    override var savedLogs: [LogBuffer] {
        isValidating ? [validationLog, logBuffer] : [logBuffer, validationLog]
    }

    override func restoreLogs(_ logs: [LogBuffer]) {
        super.restoreLogs(logs)
        if logs.count > 1 { validationLog = logs[1] }
    }
}
