import Foundation
import Logging
import NeuralNet
import TensorCore
import TorchFile
import TrainingInterfaces

/// What a checkpoint of ours holds beyond MMCV's, until the run begins and its loaders are known.
struct ResumedState {
    var position: RunPosition
    let byEpoch: Bool
    let workflow: String
    let phases: [String]
    var loaders: [(position: SourcePosition, batchesPerEpoch: Int)]
    let hooks: TorchDictionary
    let logs: [LogBuffer]
    let metrics: TorchValue?

    init?(_ data: TorchDictionary) {
        guard let position = RunPosition(saved: data["position"]),
            let byEpoch = data["by_epoch"]?.bool, let workflow = data["workflow"]?.string
        else { return nil }
        self.position = position
        self.byEpoch = byEpoch
        self.workflow = workflow
        phases = (data["phases"]?.elements ?? []).compactMap(\.string)
        metrics = data["metrics"]
        loaders = (data["loaders"]?.elements ?? []).compactMap { saved in
            guard let position = SourcePosition(saved: saved),
                let batches = saved["batches_per_epoch"]?.int
            else { return nil }
            return (position, batches)
        }
        hooks = data["hooks"]?.dictionary ?? TorchDictionary()
        logs = (data["logs"]?.elements ?? []).map(LogBuffer.init(saved:))
    }
}

extension ResumedState {
    /// Fits the state to a workflow that stands for the same loop, perhaps with other numbers.
    fileprivate mutating func fit(_ workflow: [(String, Int)], trained: Int) {
        loaders = workflow.compactMap { phase, _ in
            phases.firstIndex(of: phase).flatMap {
                loaders.indices.contains($0) ? loaders[$0] : nil
            }
        }
        guard self.workflow != Workflow.text(workflow) else { return }
        let found =
            position.mode == "val"
            ? RunPosition.inEvaluation(after: trained, of: workflow)
            : RunPosition.inTraining(after: trained, of: workflow)
        (position.entry, position.repeatsDone) = (found.entry, found.repeatsDone)
        if found.mode == nil {
            // There is no such evaluation any more.
            position.isInsideEpoch = false
            position.stage = nil
        }
    }
}

extension BaseRunner {
    /// Continues where a checkpoint stood when `run` is called.
    ///
    /// A checkpoint of ours continues exactly. One of MMCV's gives weights, optimizer state and counters;
    /// the workflow then starts from its first entry, as the original does.
    ///
    /// - Parameters:
    ///   - name: The checkpoint: a path, or a name `CheckpointFinder` understands.
    ///   - resumeOptimizer: Whether the optimizers continue too.
    /// - Throws: An error naming the file, where it cannot be read or does not fit the run.
    public func resume(_ name: String, resumeOptimizer: Bool = true) throws {
        try resume(FoundCheckpoint(name, checkpointFinder), resumeOptimizer: resumeOptimizer)
    }

    /// Continues where a checkpoint stood that has been read already.
    ///
    /// - Parameters:
    ///   - found: The checkpoint.
    ///   - resumeOptimizer: Whether the optimizers continue too.
    ///   - resumeSchedulers: Whether the parameter schedulers continue too; else those of the config begin.
    ///   - changedOptions: The settings of the optimizer that the config has changed since: these count,
    ///     all others go on as saved. Nil where that is not known; then only another learning rate is
    ///     noticed.
    /// - Throws: An error naming the file, where it does not fit the run.
    public func resume(
        _ found: FoundCheckpoint, resumeOptimizer: Bool = true, resumeSchedulers: Bool = true,
        changedOptions: Set<String>? = nil
    ) throws {
        let path = found.name
        let meta = found.checkpoint.meta
        let (epoch, iteration) = try found.progress()
        var checkpoint = try load(found, strict: true, resuming: true)
        resumedPath = path
        if resumeOptimizer { try resumeOptimizers(&checkpoint, path, changedOptions) }
        self.epoch = epoch
        self.iteration = iteration
        innerIteration = countsByEpoch ? 0 : iteration
        if resumeSchedulers, let schedulers {
            let changes = try schedulers.resume(
                checkpoint.others["param_schedulers"],
                TrainedLength(epochs: epoch, iterations: iteration),
                hasOptimizerState: resumeOptimizer)
            for change in changes { logger.warning("\(change)") }
        }
        hookMessages =
            (meta["hook_msgs"] ?? checkpoint.others["message_hub"]?["runtime_info"])?.dictionary
            ?? TorchDictionary()
        // MMEngine keeps the whole config there.
        hookMessages["cfg"] = nil
        if let data = checkpoint.resumeData {
            try resumeExactly(data, path)
        } else {
            countUncountedIteration(meta, found.location.path)
            for case let hook as any MetaContributor in hooks {
                try hook.restore(fromMeta: meta)
            }
            countIterationsOfOneProcess(meta)
        }
        logger.info(
            countsByEpoch
                ? "resumed epoch \(epoch), iter \(self.iteration)"
                : "resumed from epoch: \(epoch), iter \(self.iteration)")
    }

    private func resumeExactly(_ data: TorchDictionary, _ path: String) throws {
        guard data["version"]?.int == CheckpointFormat.resumeVersion else {
            throw CheckpointError(
                file: path, path: "mmrunner", problem: "it was saved by a newer version",
                remedy: "update MMRunner, or start from its weights with load_from")
        }
        guard let state = ResumedState(data),
            let generatorState = CheckpointFormat.generatorState(data["generator"]),
            generator.restore(generatorState)
        else {
            throw CheckpointError(file: path, path: "mmrunner", problem: "it is incomplete")
        }
        resumed = state
        device.algorithms.restore(CheckpointFormat.algorithms(data["algorithms"]))
        if let optimizer, let gradients = data["gradients"] {
            try CheckpointFormat.restoreGradients(gradients, into: optimizer)
            keepsGradients = true
        }
        if let threads = data["threads"]?.int, threads != device.threadCount {
            logger.warning(
                "\(path): saved by a run with \(threads) kernel threads, this one has \(device.threadCount); the last bits of results depend on it"
            )
        }
    }

    /// MMCV saves `iter_N.pth` before it counts the iteration, so that the file says N - 1.
    ///
    /// Its `epoch_N.pth` counts right.
    private func countUncountedIteration(_ meta: TorchDictionary, _ path: String) {
        let file = URL(fileURLWithPath: path).resolvingSymlinksInPath().lastPathComponent
        guard !countsByEpoch, meta["mmcv_version"] != nil, !file.hasPrefix("epoch_") else { return }
        iteration += 1
        innerIteration = iteration
        logger.info(
            "the checkpoint is from MMCV, which counts the iteration it saves after only later: \(iteration) iterations are done, not \(iteration - 1)"
        )
    }

    /// Keeps in checkpoints what the learning rates started from, as schedules do.
    ///
    /// Without it a rate that a hook has changed could not be told from one that the config changed.
    func noteInitialRates() {
        for group in optimizer?.entries.flatMap(\.wrapper.optimizer.groups) ?? []
        where group.initialLearningRate == nil {
            group.initialLearningRate = group.learningRate
        }
    }

    /// With several GPUs an epoch of MMCV's runner by epochs has fewer iterations than with one process.
    private func countIterationsOfOneProcess(_ meta: TorchDictionary) {
        guard countsByEpoch, let config = meta["config"]?.string,
            let count = MMCVConfigText.gpuCount(config), count != worldSize
        else { return }
        let saved = iteration
        iteration = saved * count / worldSize
        logger.warning(
            "the iteration number is changed due to change of GPU number: \(saved) iterations of \(count) GPUs count as \(iteration) here; the learning rate is what the config says"
        )
    }

    /// Applies what a checkpoint holds beyond MMCV's, now that hooks and loaders are known.
    func applyResumedState() throws {
        isContinuing = false
        guard var resumed else {
            // What was trained tells the entry, where the workflow stands for a loop.
            if isWorkflowDerived, !isTrained {
                position = .inTraining(after: trained, of: workflow)
            }
            return
        }
        if isWorkflowDerived {
            resumed.fit(
                workflow,
                trained: resumed.byEpoch ? resumed.position.epoch : resumed.position.iteration)
            self.resumed = resumed
        }
        evaluation?.restoreMetrics(resumed.metrics)
        for entry in registeredHooks {
            guard let hook = entry.hook as? any ResumableHook, let state = resumed.hooks[entry.key]
            else { continue }
            try hook.restore(state)
        }
        restoreLogs(resumed.logs)
        if let difference = differenceToRun(of: resumed) {
            logger.warning(
                "\(difference); the workflow starts from its first entry, an epoch begun from its start"
            )
            restartEpoch(resumed.position)
            self.resumed = nil
            return
        }
        position = resumed.position
        isContinuing = position.isInsideEpoch || position.stage != nil
        epoch = position.epoch
        iteration = position.iteration
        innerIteration = position.innerIteration
    }

    private var isTrained: Bool {
        (countsByEpoch ? maxEpochs : maxIterations).map { trained >= $0 } ?? false
    }

    private var trained: Int { countsByEpoch ? epoch : iteration }

    private func differenceToRun(of resumed: ResumedState) -> String? {
        if resumed.byEpoch != countsByEpoch {
            return "the checkpoint is of a run by \(resumed.byEpoch ? "epochs" : "iterations")"
        }
        if !isWorkflowDerived, resumed.workflow != Workflow.text(workflow) {
            return "the checkpoint's workflow was \(resumed.workflow)"
        }
        let lengths = resumed.loaders.map(\.batchesPerEpoch)
        if lengths != loaders.map(\.batchesPerEpoch) {
            return "the checkpoint's data loaders had \(lengths) batches"
        }
        return nil
    }

    private func restartEpoch(_ position: RunPosition) {
        guard position.isInsideEpoch, advancingPhases.contains(position.mode ?? ""),
            position.stage != .afterTrainEpoch
        else { return }
        iteration = position.iteration - position.batchesDone
        // The iterations that gave them come again.
        for (_, wrapper) in optimizer?.entries ?? [] { wrapper.clearGradients() }
    }

    /// Puts the loaders where they stood when the checkpoint was saved.
    func restoreLoaders() throws {
        for (loader, position) in zip(loaders, resumedLoaderPositions ?? []) {
            try loader.restore(position)
        }
    }

    /// Where the loaders stood, in a run that continues exactly.
    var resumedLoaderPositions: [SourcePosition]? { resumed?.loaders.map(\.position) }
}
