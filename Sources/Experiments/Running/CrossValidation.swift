public import ConfigCore
import Foundation
import TorchFile
import WorkflowRunner

/// A training run for each part of the data, which is left out of training and validates: what
/// `tools/kfold-cross-valid` does.
///
/// Source: `kfold-cross-valid.py` of MMClassification 0.x. Other than there, a run that is continued splits
/// the data as it did before, whether `--seed` is given or not.
public struct CrossValidation {
    /// How many parts there are.
    public let splits: Int
    private let config: LoadedConfig
    private let options: TrainingOptions
    private let style: ConfigStyle
    private let registries: Registries
    private let seed: UInt64
    private let first: Int

    /// Reads what config and options mean; nothing is built or written yet.
    ///
    /// - Parameters:
    ///   - config: The config; its `work_dir`, or that of the options, gets a folder for each part.
    ///   - options: What the command says; `resumeFrom` names a checkpoint of one of the parts.
    ///   - splits: How many parts there are.
    ///   - registries: The components that the config may name.
    /// - Throws: `ConfigError`, `UsageError`, `CheckpointError`.
    public init(
        _ config: LoadedConfig, _ options: TrainingOptions, splits: Int, _ registries: Registries
    ) throws {
        let experiment = try Experiment(config.root, registries)
        let stem = URL(fileURLWithPath: options.configPath).deletingPathExtension()
            .lastPathComponent
        var options = options
        options.workDirectory =
            options.workDirectory ?? experiment.workDirectory ?? "./work_dirs/\(stem)"
        (self.config, self.registries, self.splits) = (config, registries, splits)
        style = experiment.style
        let begun = try Self.begun(options, splits: splits)
        first = begun?.fold ?? 0
        seed =
            options.seed ?? begun?.seed ?? experiment.seed ?? UInt64.random(in: 0..<(1 << 31))
        self.options = options
    }

    /// Trains the parts one after another, or only one of them.
    ///
    /// - Parameters:
    ///   - only: The part to train.
    ///   - progress: Called during evaluations with the batches done and their number.
    /// - Throws: `ConfigError`, `UsageError`, and what a training run throws.
    public func run(only: Int? = nil, progress: ((Int, Int) -> Void)? = nil) throws {
        for fold in only.map({ [$0] }) ?? Array(first..<splits) {
            try session(fold, isOnly: only != nil).run(progress: progress)
        }
    }

    /// The last metrics of each part that was trained.
    public func summary() throws -> CrossValidationSummary {
        try CrossValidationSummary(options.workDirectory ?? ".", splits: splits)
    }

    private func folder(_ fold: Int) -> String { "\(options.workDirectory ?? ".")/fold\(fold)" }

    private func session(_ fold: Int, isOnly: Bool) throws -> TrainingSession {
        let file = URL(fileURLWithPath: options.configPath)
        let stem = file.deletingPathExtension().lastPathComponent
        var options = options
        options.configPath = "\(stem)_fold\(fold).\(file.pathExtension)"
        options.workDirectory = folder(fold)
        options.seed = seed &+ UInt64(fold)
        options.fold = (number: fold, splits: splits)
        if fold != first, !isOnly { options.resumeFrom = nil }
        var config = config
        config.root = try FoldConfig(config.root, style, seed: seed, splits: splits).root(fold)
        return try TrainingSession(config, options, registries)
    }

    /// The part and the seed of the run that is continued.
    private static func begun(_ options: TrainingOptions, splits: Int) throws -> (
        fold: Int, seed: UInt64?
    )? {
        if let file = options.resumeFrom {
            let meta = try FoundCheckpoint(file).checkpoint.meta
            guard let fold = meta["kfold"]?["fold"]?.int,
                let count = meta["kfold"]?["num_splits"]?.int
            else {
                throw UsageError(
                    "--resume-from: \(file): is no checkpoint of a cross-validation; give one of "
                        + "<work_dir>/fold<N>")
            }
            guard count == splits else {
                throw UsageError(
                    "--resume-from: \(file): is of a cross-validation with \(count) parts, not "
                        + "\(splits); use --num-splits \(count)")
            }
            return (fold, meta["seed"]?.int.map { UInt64(bitPattern: Int64($0 - fold)) })
        }
        guard options.resumesNewest, let directory = options.workDirectory else { return nil }
        for fold in 0..<splits {
            guard let found = NewestCheckpoint(in: "\(directory)/fold\(fold)").found else {
                continue
            }
            let seed = found.checkpoint.meta["seed"]?.int
            return (0, seed.map { UInt64(bitPattern: Int64($0 - fold)) })
        }
        return nil
    }
}
