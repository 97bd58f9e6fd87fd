import Foundation
import NeuralNet
import TensorCore
public import TorchFile
import TrainingInterfaces

extension BaseRunner {
    /// How many training epochs are finished, the one whose last stage is in progress included.
    public var completedEpochs: Int { epoch + (stageInProgress?.stage == .afterTrainEpoch ? 1 : 0) }

    /// How many training iterations are finished, the one whose last stage is in progress included.
    public var completedIterations: Int {
        iteration + (stageInProgress?.stage == .afterTrainIteration ? 1 : 0)
    }

    /// Whether a phase is in the middle of an epoch.
    var isMidEpoch: Bool {
        position.isInsideEpoch && stageInProgress?.stage != .afterTrainEpoch
    }

    /// Writes a checkpoint from which the run continues exactly, in the form of MMCV's.
    ///
    /// - Parameters:
    ///   - directory: Where to; the work directory by default.
    ///   - template: The file's name, with `{}` for the number: by default `epoch_{}.pth` at the end of an
    ///     epoch and `iter_{}.pth` elsewhere.
    ///   - number: What stands for `{}`; by default the completed epochs or iterations.
    ///   - savesOptimizer: Whether the optimizers' state is saved.
    ///   - savesSchedulers: Whether the schedulers' state is saved.
    ///   - meta: Further entries of `meta`.
    ///   - createsSymlink: Whether `latest.pth` is made to lead to the file; in a run with loops of MMEngine's
    ///     `last_checkpoint` tells its path.
    /// - Returns: The path of the file.
    /// - Throws: An error naming the file, or the lack of a directory.
    @discardableResult
    public func saveCheckpoint(
        to directory: String? = nil, template: String? = nil, number: Int? = nil,
        savesOptimizer: Bool = true, savesSchedulers: Bool = true, meta: TorchDictionary? = nil,
        createsSymlink: Bool = true
    ) throws -> String {
        guard let directory = directory ?? workDirectory else {
            throw RunnerError(
                "save_checkpoint", "there is no folder to save in",
                remedy: "give the runner a work_dir")
        }
        let byEpoch = countsByEpoch && !isMidEpoch
        let written = template ?? (byEpoch ? "epoch_{}.pth" : "iter_{}.pth")
        let template = try FileNameTemplate.required(written, for: "save_checkpoint")
        let name = template.name(number ?? (byEpoch ? completedEpochs : completedIterations))
        let path = directory + "/" + name
        guard rank == 0 else { return path }
        var checkpoint = Checkpoint(
            meta: try savedMeta(meta), state: try savedState(),
            optimizer: savesOptimizer
                ? try optimizer.map {
                    try CheckpointFormat.optimizers($0, asWrappers: hasLoopStages)
                } : nil,
            resumeData: try savedResumeData())
        if hasLoopStages { checkpoint.others["message_hub"] = savedMessages }
        if savesSchedulers, let schedulers {
            checkpoint.others["param_schedulers"] = schedulers.state
        }
        for case let hook as any BeforeSaveCheckpoint in hooks {
            try hook.beforeSaveCheckpoint(self, &checkpoint)
        }
        _ = try WorkDirectory.create(directory)
        try checkpoint.write(to: path)
        guard createsSymlink else { return path }
        if hasLoopStages {
            try WorkDirectory.note(path, in: workDirectory ?? directory)
        } else {
            try WorkDirectory.link("latest.pth", to: name, in: directory)
        }
        return path
    }

    /// What MMEngine looks for under `message_hub` where it resumes.
    private var savedMessages: TorchValue {
        .dictionary(
            TorchDictionary([
                ("log_scalars", .dictionary(TorchDictionary(ordered: true))),
                ("runtime_info", .dictionary(hookMessages)),
                ("resumed_keys", .dictionary(TorchDictionary())),
            ]))
    }

    private func savedMeta(_ more: TorchDictionary?) throws -> TorchDictionary {
        var meta = more ?? TorchDictionary()
        for (key, value) in self.meta?.pairs ?? [] { meta[key: key] = value }
        meta["epoch"] = .int(completedEpochs)
        meta["iter"] = .int(completedIterations)
        meta["mmrunner_version"] = .string(CheckpointFormat.programVersion)
        meta["time"] = .string(LogTime(Date()).asctime)
        if hasLoopStages {
            meta["mmengine_version"] = .string(CheckpointFormat.imitatedEngineVersion)
        } else if meta["CLASSES"] == nil, let classes = loaders.lazy.compactMap(\.classNames).first
        {
            meta["CLASSES"] = .list(classes.map { .string($0) })
        }
        if meta["seed"] == nil { meta["seed"] = .int(Int(truncatingIfNeeded: seed)) }
        if !hookMessages.isEmpty { meta["hook_msgs"] = .dictionary(hookMessages) }
        for case let hook as any MetaContributor in hooks { try hook.contribute(to: &meta) }
        return meta
    }

    private func savedState() throws -> StateDictionary {
        var state = try model.stateDictionary()
        for case let hook as any StateDictionaryContributor in hooks {
            try hook.contribute(to: &state, of: self)
        }
        return state
    }

    /// Everything the next step depends on that MMCV's checkpoints do not hold.
    private func savedResumeData() throws -> TorchDictionary {
        var hookStates = TorchDictionary()
        for entry in registeredHooks {
            if let hook = entry.hook as? any ResumableHook {
                hookStates[entry.key] = try hook.savedState
            }
        }
        var data = TorchDictionary([
            ("version", .int(CheckpointFormat.resumeVersion)), ("by_epoch", .bool(countsByEpoch)),
            ("workflow", .string(Workflow.text(workflow))),
            ("phases", .list(workflow.map { .string($0.0) })),
            ("position", .dictionary(savedPosition.saved)),
            ("loaders", .list(savedLoaders)),
            ("generator", CheckpointFormat.generator(generator.state)),
            ("hooks", .dictionary(hookStates)), ("logs", .list(savedLogs.map(\.saved))),
            ("threads", .int(device.threadCount)),
            ("algorithms", CheckpointFormat.algorithms(device.algorithms)),
        ])
        if let config { data["config"] = .string(config) }
        if let evaluation { data["metrics"] = evaluation.savedMetrics }
        if keepsGradients, let optimizer {
            data["gradients"] = try CheckpointFormat.gradients(optimizer)
        }
        return data
    }

    private var savedPosition: RunPosition {
        var saved = position
        saved.epoch = epoch
        saved.iteration = iteration
        saved.innerIteration = innerIteration
        saved.mode = mode
        let isWithin = isEvaluating && stageInProgress?.stage != .afterValidationEpoch
        if isWithin, position.isMidRound {
            // The whole evaluation comes again.
            saved.isInsideEpoch = false
            saved.batchesDone = 0
            if !countsByEpoch { saved.repeatsDone = 0 }
            return saved
        }
        guard let current = stageInProgress else { return saved }
        switch current.stage {
        // A run by iterations ends with its one epoch.
        case .afterTrainEpoch where !countsByEpoch: break
        case .afterTrainIteration, .afterTrainEpoch, .afterValidationIteration,
            .afterValidationEpoch:
            saved.stage = current.stage
            saved.pendingHooks = current.pending.map(\.key)
        case .beforeTrainIteration, .beforeValidationIteration:
            // The iteration comes again, with its batch and this stage from the first hook on.
            saved.stage = current.stage
        default: break
        }
        return saved
    }

    private var savedLoaders: [TorchValue] {
        let current = loaders.indices.contains(position.entry) ? loaders[position.entry] : nil
        return loaders.map { loader in
            var source = loader.position
            // A batch that has come but not been used is to come again.
            let stage = stageInProgress?.stage
            if loader === current,
                stage == .beforeTrainIteration || stage == .beforeValidationIteration
            {
                source.batch -= 1
            }
            var saved = source.saved.dictionary ?? TorchDictionary()
            saved["batches_per_epoch"] = .int(loader.batchesPerEpoch)
            return .dictionary(saved)
        }
    }
}
