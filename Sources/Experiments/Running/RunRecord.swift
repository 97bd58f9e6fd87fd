import ConfigCore
import Foundation
import ImageData
import Logging
import TensorCore
import TorchFile
import WorkflowRunner

/// What a run leaves behind about itself: its name, its config, the first lines of its log, the `meta` of
/// its checkpoints.
struct RunRecord {
    let config: LoadedConfig
    let timestamp: String
    /// The run's name: the config's own or its file's, with the time.
    let experimentName: String
    private let options: TrainingOptions
    private let experiment: Experiment
    private let seed: UInt64

    init(
        _ config: LoadedConfig, _ options: TrainingOptions, _ experiment: Experiment,
        _ built: BuiltParts, seed: UInt64
    ) {
        let timestamp = built.timestamp ?? RunnerDefaults.currentTimestamp()
        let stem = URL(fileURLWithPath: options.configPath).deletingPathExtension()
            .lastPathComponent
        self.timestamp = timestamp
        experimentName =
            built.experimentName
            ?? "\(config.root["experiment_name"]?.string ?? stem)_\(timestamp)"
        self.config = config
        self.options = options
        self.experiment = experiment
        self.seed = seed
    }

    /// Where a new-style run logs.
    func loopLogs(in folder: String) -> LoopLogFolder {
        LoopLogFolder(workDirectory: folder, timestamp: timestamp)
    }

    /// The resolved config under its file's name, in the notation of the file where that can hold it.
    var dumpedConfig: (name: String, text: String) {
        let file = URL(fileURLWithPath: options.configPath)
        if let notation = ConfigNotation(file: file.lastPathComponent),
            let text = try? ConfigWriter.text(config.root, as: notation)
        {
            return (file.lastPathComponent, text)
        }
        let stem = file.deletingPathExtension().lastPathComponent
        return ("\(stem).json", ConfigWriter.json(config.root) + "\n")
    }

    /// The resolved config goes beside the results.
    func dumpConfig(to folder: String) throws {
        let (name, text) = dumpedConfig
        let path = "\(folder)/\(name)"
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw RunnerError(path, "cannot write: \(SystemError.reason(error))")
        }
    }

    /// What checkpoints say about the run.
    func meta(_ components: RunComponents) -> TorchDictionary {
        var meta = TorchDictionary()
        meta["env_info"] = .string(EnvironmentReport(components.device).text)
        meta["seed"] = .int(Int(truncatingIfNeeded: seed))
        if let fold = options.fold {
            meta["kfold"] = .dictionary(
                TorchDictionary([("fold", .int(fold.number)), ("num_splits", .int(fold.splits))]))
        }
        let classes = components.datasets["train"]?.classNames?.map(TorchValue.string)
        if experiment.style == .new {
            meta["cfg"] = .string(ConfigWriter.python(config.root))
            meta["experiment_name"] = .string(experimentName)
            if let classes {
                meta["dataset_meta"] = .dictionary(TorchDictionary([("classes", .tuple(classes))]))
            }
            return meta
        }
        // MMCV reads it as Python where it resumes, and counts iterations anew by the number of GPUs.
        let written =
            config.root["gpu_ids"] == nil ? config.root : config.root.setting("gpu_ids", to: [0])
        meta["config"] = .string(ConfigWriter.python(written))
        if let classes { meta["CLASSES"] = .tuple(classes) }
        return meta
    }

    /// The first lines of the log.
    func logStart(
        _ components: RunComponents, messages: [String], warnings: [String], to logger: Logger
    ) throws {
        let line = String(repeating: "-", count: 60)
        logger.info(
            "Environment info:\n\(line)\n\(EnvironmentReport(components.device).text)\n\(line)\n")
        logger.info("Distributed training: False")
        logger.info(
            "Config style: \(experiment.style == .legacy ? "legacy (MMCV 1.x)" : "new (MMEngine)")")
        logger.info("Config:\n\(ConfigWriter.python(config.root))")
        if let fold = options.fold {
            logger.info(
                "-------- Cross-validation: [\(fold.number + 1)/\(fold.splits)] -------- ")
        }
        logger.info(
            "Set random seed to \(seed), deterministic: \(experiment.timesAlgorithms ? "False" : "True")"
        )
        logger.info("\(ValidationSummary(experiment, components).text)")
        if let own = experiment.ownTrainLoop?["type"]?.string {
            logger.info("train_cfg: \(own) runs itself, no workflow is derived from it")
        }
        for message in messages + components.messages { logger.info("\(message)") }
        let notes =
            options.notes + experiment.notes + config.warnings.map(\.message) + components.warnings
            + warnings + components.device.warnings
        for note in notes { logger.warning("\(note)") }
    }

    /// Where the results are, for the last line of a run.
    func summary(of workDirectory: String) -> String {
        let folder = URL(fileURLWithPath: workDirectory).standardizedFileURL.path
        let noted = FileManager.default.contents(atPath: "\(folder)/last_checkpoint")
        let latest = noted.map { String(decoding: $0, as: UTF8.self) } ?? "\(folder)/latest.pth"
        let checkpoint = FileManager.default.fileExists(atPath: latest) ? latest : "none was saved"
        let logs =
            experiment.style == .new
            ? loopLogs(in: folder).path
            : "\(folder)/*.log, \(folder)/*.log.json"
        return "checkpoint: \(checkpoint)\nlogs: \(logs)"
    }
}
