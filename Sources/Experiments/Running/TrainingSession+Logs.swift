import ConfigCore
import Foundation
import Logging
import TensorCore
import TrainingInterfaces
import WorkflowRunner

extension TrainingSession {
    func makeLogger(_ folder: String) throws -> Logger {
        if let logger = built.logger { return logger }
        let level = try LogLevel.level(experiment.logLevel)
        guard experiment.style == .new else {
            let log = try FileTextOutput(path: "\(folder)/\(timestamp).log")
            return Logger.lines(to: [StandardErrorOutput(), log], level: level)
        }
        let logs = LoopLogFolder(workDirectory: folder, timestamp: timestamp)
        try? FileManager.default.createDirectory(
            atPath: logs.path, withIntermediateDirectories: true)
        return Logger.mmengineLines(
            console: [StandardErrorOutput()], files: [try FileTextOutput(path: logs.textFile)],
            level: level)
    }

    /// Tells the hooks that log how they show numbers and where these go.
    func setUpLogs(_ runner: BaseRunner) throws {
        let processor =
            try built.processor
            ?? experiment.hooks.processor.map {
                try LogProcessor.build($0, context: registries.context())
            }
        let logs = LoopLogFolder(
            workDirectory: runner.workDirectory ?? "", timestamp: timestamp)
        let visualizer =
            try built.visualizer
            ?? Visualizer.build(
                experiment.hooks.visualizer, folder: logs.path, name: experimentName,
                context: registries.context())
        if runner.workDirectory != nil {
            try visualizer.addConfig(config.root)
            for case let hook as any VisualizerUser in runner.hooks { hook.visualizer = visualizer }
        }
        for case let hook as LoopLoggerHook in runner.hooks {
            if let processor { hook.processor = processor }
            hook.evaluator = runner.evaluation?.evaluator as? MetricEvaluator
            hook.experimentName = experimentName
        }
    }

    func logStart(_ components: RunComponents, _ logger: Logger) throws {
        let line = String(repeating: "-", count: 60)
        logger.info(
            "Environment info:\n\(line)\n\(EnvironmentReport(components.device).text)\n\(line)\n")
        logger.info("Distributed training: False")
        logger.info(
            "Config style: \(experiment.style == .legacy ? "legacy (MMCV 1.x)" : "new (MMEngine)")")
        logger.info("Config:\n\(ConfigWriter.python(config.root))")
        logger.info(
            "Set random seed to \(seed), deterministic: \(experiment.timesAlgorithms ? "False" : "True")"
        )
        logger.info("\(ValidationSummary(experiment, components).text)")
        if let own = experiment.ownTrainLoop?["type"]?.string {
            logger.info("train_cfg: \(own) runs itself, no workflow is derived from it")
        }
        for message in beginning.messages + components.messages { logger.info("\(message)") }
        let notes =
            options.notes + experiment.notes + config.warnings.map(\.message) + components.warnings
            + beginning.warnings + components.device.warnings
        for note in notes { logger.warning("\(note)") }
    }

    /// The run's name: the config's own or its file's, with the time.
    var experimentName: String {
        if let name = built.experimentName { return name }
        let stem = URL(fileURLWithPath: options.configPath).deletingPathExtension()
            .lastPathComponent
        return "\(config.root["experiment_name"]?.string ?? stem)_\(timestamp)"
    }
}
