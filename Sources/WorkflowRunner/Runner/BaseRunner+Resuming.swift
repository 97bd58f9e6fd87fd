import Foundation
import Logging
import NeuralNet
import TensorCore
import TorchFile
import TrainingInterfaces

/// What a checkpoint of ours holds beyond MMCV's, until the run begins and its loaders are known.
struct ResumedState {
    let position: RunPosition
    let byEpoch: Bool
    let workflow: String
    let loaders: [(position: SourcePosition, batchesPerEpoch: Int)]
    let hooks: TorchDictionary
    let logs: [LogBuffer]

    init?(_ data: TorchDictionary) {
        guard let position = RunPosition(saved: data["position"]),
            let byEpoch = data["by_epoch"]?.bool, let workflow = data["workflow"]?.string
        else { return nil }
        self.position = position
        self.byEpoch = byEpoch
        self.workflow = workflow
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

extension BaseRunner {
    /// Continues where a checkpoint stood when `run` is called.
    ///
    /// A checkpoint of ours continues exactly. One of MMCV's gives weights, optimizer state and counters;
    /// the workflow then starts from its first entry, as the original does.
    ///
    /// - Parameters:
    ///   - path: The checkpoint.
    ///   - resumeOptimizer: Whether the optimizers continue too.
    /// - Throws: An error naming the file, where it cannot be read or does not fit the run.
    public func resume(_ path: String, resumeOptimizer: Bool = true) throws {
        var checkpoint = try Checkpoint.read(path)
        guard let epoch = checkpoint.meta["epoch"]?.int,
            let iteration = checkpoint.meta["iter"]?.int
        else {
            throw CheckpointError(
                file: path, path: "meta",
                problem: "it does not say after which epoch and iteration it was saved",
                remedy: "start from its weights with load_from")
        }
        try load(&checkpoint, from: path, strict: true, resuming: true)
        resumedPath = path
        if resumeOptimizer { try resumeOptimizers(checkpoint, path) }
        resumedFrom = path
        self.epoch = epoch
        self.iteration = iteration
        innerIteration = countsByEpoch ? 0 : iteration
        hookMessages = checkpoint.meta["hook_msgs"]?.dictionary ?? TorchDictionary()
        if let data = checkpoint.resumeData {
            try resumeExactly(data, path)
        } else {
            countUncountedIteration(checkpoint.meta, path)
            for case let hook as any MetaContributor in hooks {
                try hook.restore(fromMeta: checkpoint.meta)
            }
            rescaleIteration(checkpoint.meta)
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

    /// So many epochs are other numbers of iterations for other numbers of processes.
    private func rescaleIteration(_ meta: TorchDictionary) {
        guard countsByEpoch, let count = TrainedProcessCount.read(meta), count != worldSize else {
            return
        }
        iteration = iteration * count / worldSize
        logger.info("the iteration number is changed due to change of GPU number")
    }

    private func resumeOptimizers(_ checkpoint: Checkpoint, _ path: String) throws {
        guard let optimizer else { return }
        guard let saved = checkpoint.optimizer else {
            logger.warning("\(path): it holds no optimizer state; the optimizer starts afresh")
            return
        }
        let groups = optimizer.entries.flatMap(\.wrapper.optimizer.groups)
        let configured = groups.map { $0.initialLearningRate ?? $0.learningRate }
        do {
            try CheckpointFormat.load(saved, into: optimizer)
        } catch {
            throw CheckpointError(
                file: path, path: "optimizer",
                problem: (error as? RunnerError)?.problem ?? "\(error)",
                remedy: "resume with the optimizer the checkpoint was trained with", cause: error)
        }
        // A schedule starts from the config by itself, and says so.
        guard !hooks.contains(where: { $0 is LearningRateHook }) else { return }
        var told: Set<[Double]> = []
        for (group, rate) in zip(groups, configured) {
            let saved = group.initialLearningRate ?? group.learningRate
            guard saved != rate else { continue }
            group.learningRate = rate
            group.initialLearningRate = rate
            // Parameter-wise rules make many groups of one rate.
            guard told.insert([saved, rate]).inserted else { continue }
            logger.warning(
                "the checkpoint was trained with lr \(PythonText.number(saved)), the config says \(PythonText.number(rate)): the config counts"
            )
        }
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

    /// Loads what fits of a checkpoint's weights, or of a bare state dictionary, and reports the rest.
    ///
    /// - Parameters:
    ///   - path: The checkpoint.
    ///   - strict: Whether everything must fit.
    ///   - reviseKeys: Regular expressions and what to put in place of their matches in names.
    /// - Returns: The checkpoint, with what hooks and names left of it.
    /// - Throws: An error naming the file, where nothing fits or it cannot be read.
    @discardableResult
    public func loadCheckpoint(
        _ path: String, strict: Bool = false,
        reviseKeys: [(pattern: String, replacement: String)] = Checkpoint.defaultKeyRevision
    ) throws -> Checkpoint {
        var checkpoint = try Checkpoint.read(path)
        checkpoint.state = try StateLoading.revised(checkpoint.state, reviseKeys)
        try load(&checkpoint, from: path, strict: strict, resuming: false)
        return checkpoint
    }

    private func load(
        _ checkpoint: inout Checkpoint, from path: String, strict: Bool, resuming: Bool
    ) throws {
        for case let hook as any AfterLoadCheckpoint in hooks {
            try hook.afterLoadCheckpoint(self, &checkpoint)
        }
        for case let hook as any StateDictionaryContributor in hooks {
            try hook.take(from: &checkpoint, resuming: resuming, self)
        }
        logger.info("load checkpoint from local path: \(path)")
        if let report = try StateLoading.load(
            checkpoint.state, into: model, from: path, strict: strict)
        {
            logger.warning("\(report)")
        }
    }

    /// Applies what a checkpoint holds beyond MMCV's, now that hooks and loaders are known.
    func applyResumedState() throws {
        isContinuing = false
        guard let resumed else { return }
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

    private func differenceToRun(of resumed: ResumedState) -> String? {
        if resumed.byEpoch != countsByEpoch {
            return "the checkpoint is of a run by \(resumed.byEpoch ? "epochs" : "iterations")"
        }
        if resumed.workflow != Workflow.text(workflow) {
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
