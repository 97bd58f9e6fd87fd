import Foundation
import Logging
public import TrainingInterfaces

extension BaseRunner {
    /// Refuses what cannot run or would never end, as `run` does before anything runs.
    public func check(_ loaders: [any BatchSource], workflow: [(String, Int)]) throws {
        let done = countsByEpoch ? (epoch, maxEpochs) : (iteration, maxIterations)
        try check(loaders, workflow, isFinished: done.1.map { done.0 >= $0 } ?? false)
    }

    func check(_ loaders: [any BatchSource], _ workflow: [(String, Int)], isFinished: Bool) throws {
        let text = Workflow.text(workflow)
        guard loaders.count == workflow.count else {
            throw WorkflowError(
                "expected \(workflow.count) data loaders for \(text), got \(loaders.count)")
        }
        let known = Set(phases.keys)
        for (entry, (phase, count)) in workflow.enumerated() {
            guard known.contains(phase) else {
                throw WorkflowError(unknownPhase: phase, entry: entry, known: known)
            }
            guard count >= 0 else {
                throw WorkflowError(
                    "the count of \"\(phase)\" is negative: \(count)", entry: entry, part: .count)
            }
        }
        let advances = workflow.contains { advancingPhases.contains($0.0) && $0.1 > 0 }
        guard advances || isFinished else {
            let remedy = advancingPhases.sorted().map { "(\"\($0)\", 1)" }
            throw WorkflowError(
                "\(text) would never end, it has no training phase",
                remedy: "add \(remedy.joined(separator: " or "))")
        }
        guard !isFinished else { return }
        let sources = zip(workflow, loaders).map { (phase: $0.0, source: $1) }
        for case let hook as any RunChecking in hooks { try hook.check(self, sources) }
    }

    /// The sources of the run's workflow by their phases.
    var phaseSources: [PhaseSource] {
        zip(workflow, loaders).map { (phase: $0.0, source: $1) }
    }

    /// Runs a loop between `before_run` and `after_run`, and ends it well where it is asked to stop.
    func supervise(
        _ loaders: [any BatchSource], _ workflow: [(String, Int)], limit: String,
        _ loop: () throws -> Void
    ) throws {
        self.loaders = loaders
        self.workflow = workflow
        position = RunPosition()
        defer { resumed = nil }
        logStart(limit: limit)
        try callHook(.beforeRun)
        noteInitialRates()
        try applyResumedState()
        do {
            if hasLoopStages { try callHook(.beforeTrain) }
            try loop()
            if hasLoopStages { try callHook(.afterTrain) }
        } catch is StopRequested {
            throw try endInterrupted()
        }
        try callHook(.afterRun)
    }

    private func logStart(limit: String) {
        let user = NSUserName().isEmpty ? "unknown" : NSUserName()
        logger.info(
            "Start running, host: \(user)@\(HostName.current), work_dir: \(workDirectory ?? "NONE")"
        )
        logger.info("Hooks will be executed in the following order:\n\(hookTable)")
        logger.info("workflow: \(Workflow.text(workflow)), max: \(limit)")
    }

    /// Goes round the workflow until the limit is reached; only training phases are left out at the end.
    func goThroughWorkflow(_ loaders: [any BatchSource], until isFinished: () -> Bool) throws {
        let phases = phases
        let advancing = advancingPhases
        while !isFinished() || position.isMidRound {
            while position.entry < workflow.count {
                let (name, count) = workflow[position.entry]
                guard let phase = phases[name] else {
                    throw WorkflowError(
                        unknownPhase: name, entry: position.entry, known: Set(phases.keys))
                }
                entryWillBegin()
                while position.repeatsDone < count {
                    if !isContinuing, advancing.contains(name), isFinished() {
                        // A validation that was not due yet does not follow.
                        if stopsTraining { return }
                        break
                    }
                    try phase(loaders[position.entry])
                    position.isInsideEpoch = false
                    position.batchesDone = 0
                    position.repeatsDone += 1
                    try heedRequests()
                }
                if position.repeatsDone > 0 { try entryDidEnd() }
                position.repeatsDone = 0
                position.entry += 1
            }
            position.entry = 0
        }
    }

    /// Saves a checkpoint or leaves the loop if somebody asked for it.
    func heedRequests() throws {
        if stopRequest.takeCheckpointRequest() {
            if workDirectory == nil {
                logger.warning("no checkpoint was saved: the run has no work_dir")
            } else {
                let path = try saveCheckpoint(
                    template: "iter_{}.pth", number: completedIterations)
                logger.info("Saved a checkpoint as asked: \(path)")
            }
        }
        if stopRequest.isRequested { throw StopRequested() }
    }

    /// What is left to do of a phase that was begun before the run was resumed; nil for a fresh one.
    func takeContinuation() -> RunPosition? {
        guard isContinuing else { return nil }
        isContinuing = false
        defer {
            position.stage = nil
            position.pendingHooks = []
        }
        return position
    }

    /// Forgets what belongs to one iteration.
    func dropIteration() {
        dataBatch = nil
        outputs = nil
        tape = nil
    }

    private func endInterrupted() throws -> RunInterrupted {
        isStopping = true
        let interruptedStage = stageInProgress?.stage
        dropIteration()
        evaluation?.abandon()
        let checkpoint = try workDirectory.map { directory in
            logger.info("Stopping: saving a checkpoint at \(completedIterations) iterations")
            return try saveCheckpoint(
                to: directory, template: "iter_{}.pth", number: completedIterations)
        }
        stageInProgress = nil
        if let stage = openEpochStage, stage != interruptedStage { try callHook(stage) }
        try callHook(.afterRun)
        return RunInterrupted(checkpoint: checkpoint, signal: stopRequest.signal)
    }
}
