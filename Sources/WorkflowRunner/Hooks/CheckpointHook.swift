public import ConfigCore
import Foundation
import Logging
public import TorchFile

/// Saves checkpoints every so many epochs or iterations, and at the end of training.
///
/// Source: MMCV's `CheckpointHook`. Other than there, a file is named after what counts (`iter_N.pth`
/// when counting iterations, whatever the runner), `last_ckpt` names the file it stands in, and exactly
/// the files this hook wrote are removed when there are too many.
public final class CheckpointHook: BeforeRun, AfterTrainIteration, AfterTrainEpoch, ResumableHook,
    RunChecking
{
    /// Every how many epochs or iterations a checkpoint is saved; -1 only at the end.
    public let interval: Int
    /// Whether epochs count.
    public let byEpoch: Bool
    private let savesOptimizer: Bool
    private let outDirectory: String?
    private let maximumKept: Int
    private let savesLast: Bool
    private let template: String
    private let createsSymlink: Bool
    private let synchronizesBuffers: Bool
    private let meta: TorchDictionary?
    private var directory = ""
    /// The names of the files in `directory` that this hook wrote, oldest first.
    private var ownFiles: [String] = []

    /// A hook of these settings.
    ///
    /// - Parameters:
    ///   - interval: Every how many epochs or iterations; -1 only at the end.
    ///   - byEpoch: Whether epochs count.
    ///   - savesOptimizer: Whether the optimizers' state is saved.
    ///   - outDirectory: Where to, in a folder named like the work directory; nil saves in that itself.
    ///   - maximumKept: How many files stay; -1 keeps all.
    ///   - savesLast: Whether the end of training is saved in any case.
    ///   - template: The files' name with `{}` for the number, without a folder.
    ///   - createsSymlink: Whether `latest.pth` leads to the newest.
    ///   - synchronizesBuffers: Whether the model's buffers are averaged over all processes first.
    ///   - meta: Further entries of the files' `meta`.
    public init(
        interval: Int = -1, byEpoch: Bool = true, savesOptimizer: Bool = true,
        outDirectory: String? = nil, maximumKept: Int = -1, savesLast: Bool = true,
        template: String? = nil, createsSymlink: Bool = true, synchronizesBuffers: Bool = false,
        meta: TorchDictionary? = nil
    ) {
        self.interval = interval
        self.byEpoch = byEpoch
        self.savesOptimizer = savesOptimizer
        self.outDirectory = outDirectory
        self.maximumKept = maximumKept
        self.savesLast = savesLast
        self.template = template ?? (byEpoch ? "epoch_{}.pth" : "iter_{}.pth")
        self.createsSymlink = createsSymlink
        self.synchronizesBuffers = synchronizesBuffers
        self.meta = meta
    }

    /// Reads the settings as `checkpoint_config` names them.
    public convenience init(from reader: inout ConfigReader) throws {
        let template: String? = try reader.optional("filename_tmpl")
        if let template, FileNameTemplate(template) == nil {
            throw reader.failure(
                "filename_tmpl", FileNameTemplate.problem(template), remedy: FileNameTemplate.remedy
            )
        }
        self.init(
            interval: try reader.value("interval", default: -1),
            byEpoch: try reader.value("by_epoch", default: true),
            savesOptimizer: try reader.value("save_optimizer", default: true),
            outDirectory: try reader.optional("out_dir"),
            maximumKept: try reader.value("max_keep_ckpts", default: -1),
            savesLast: try reader.value("save_last", default: true),
            template: template,
            createsSymlink: try reader.value("create_symlink", default: true),
            synchronizesBuffers: try reader.value("sync_buffer", default: false),
            meta: try Self.meta(&reader))
        try FileBackend.check(&reader)
    }

    private static func meta(_ reader: inout ConfigReader) throws -> TorchDictionary? {
        guard let node = reader.node("meta"), !node.isNull else { return nil }
        guard let meta = CheckpointFormat.value(node).dictionary else {
            throw reader.failure("meta", "", expected: "a mapping")
        }
        return meta
    }

    /// Finds an `out_dir` that cannot be used, and settings that would never save.
    public func check(_ runner: BaseRunner, _ sources: [PhaseSource]) throws {
        try OutputFolder.check(outDirectory, for: "checkpoint_config")
        _ = try FileNameTemplate.required(template, for: "checkpoint_config")
        guard runner.countsByEpoch || !byEpoch else {
            throw RunnerError(
                "checkpoint_config",
                "by_epoch is true, but the runner counts iterations, so nothing would be saved",
                remedy: "set by_epoch=False")
        }
    }

    /// Finds the folder to save in.
    public func beforeRun(_ runner: BaseRunner) throws {
        directory = try OutputFolder.make(outDirectory, runner, for: "checkpoint_config")
        runner.logger.info("Checkpoints will be saved to \(directory) by HardDiskBackend.")
    }

    /// Saves where iterations count.
    public func afterTrainIteration(_ runner: BaseRunner) throws {
        if !byEpoch { try save(runner, runner.iteration + 1, of: runner.maxIterations) }
    }

    /// Saves where epochs count.
    public func afterTrainEpoch(_ runner: BaseRunner) throws {
        if byEpoch { try save(runner, runner.epoch + 1, of: runner.maxEpochs) }
    }

    private func save(_ runner: BaseRunner, _ number: Int, of maximum: Int?) throws {
        let isDue = interval > 0 && number.isMultiple(of: interval)
        guard isDue || savesLast && number == maximum, !runner.isStopping else { return }
        runner.logger.info(
            "Saving checkpoint at \(number) \(byEpoch ? "epochs" : "iterations")")
        if synchronizesBuffers { try runner.averageBuffers() }
        let name = try FileNameTemplate.required(template, for: "checkpoint_config").name(number)
        let path = "\(directory)/\(name)"
        runner.hookMessages["last_ckpt"] = .string(path)
        ownFiles.removeAll { $0 == name }
        ownFiles.append(name)
        try runner.saveCheckpoint(
            to: directory, template: template, number: number, savesOptimizer: savesOptimizer,
            meta: meta, createsSymlink: createsSymlink)
        if runner.rank == 0 { prune() }
    }

    private func prune() {
        guard maximumKept > 0 else { return }
        while ownFiles.count > maximumKept {
            // A file that somebody has removed already is no matter.
            try? FileManager.default.removeItem(atPath: "\(directory)/\(ownFiles.removeFirst())")
        }
    }

    /// The files that count against the number to keep.
    public var savedState: TorchValue { .list(ownFiles.map { .string($0) }) }

    /// Goes on counting files of the run that is resumed, never those in another folder.
    public func restore(_ state: TorchValue) throws {
        ownFiles = (state.elements ?? []).compactMap(\.string).filter {
            FileManager.default.fileExists(atPath: "\(directory)/\($0)")
        }
    }
}
