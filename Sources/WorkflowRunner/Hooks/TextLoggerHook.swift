public import ConfigCore
import Foundation
import Logging
import TorchFile
import TrainingInterfaces

/// Writes rows of text to the log, and the same rows to `<timestamp>.log.json`.
///
/// The first and the last iteration of a run are shown in the text even where no row is due; the JSON file
/// keeps the original's rows, of which tools expect the same number in every epoch.
///
/// Source: MMCV's `TextLoggerHook`.
public final class TextLoggerHook: LoggerHook, AfterRun {
    private let experimentNameInterval: Int
    private let copies: LogFileCopies?
    private var json: FileTextOutput?
    private var remainingTime = RemainingTime()
    private var hasWarned = false
    /// The last epoch that was trained before the run was resumed; 0 in a fresh one.
    private var resumedEpoch = 0

    /// A text logger.
    ///
    /// - Parameters:
    ///   - settings: When rows are written.
    ///   - outDirectory: Where files are copied when the run is done, in a folder named like the work directory.
    ///   - outSuffixes: How the names of those files end.
    ///   - keepsLocal: Whether they stay in the work directory too.
    ///   - experimentNameInterval: Every how many iterations the experiment's name is logged.
    public init(
        _ settings: Settings = Settings(), outDirectory: String? = nil,
        outSuffixes: [String] = [".log.json", ".log", ".py"], keepsLocal: Bool = true,
        experimentNameInterval: Int = 1000
    ) {
        copies = outDirectory.map {
            LogFileCopies(outDirectory: $0, suffixes: outSuffixes, keepsLocal: keepsLocal)
        }
        self.experimentNameInterval = experimentNameInterval
        super.init(settings)
    }

    /// Reads the logger's settings, `interval_exp_name` and where files are copied.
    public convenience init(from reader: inout ConfigReader) throws {
        let suffixes: [String]? =
            if case .string(let suffix) = reader.node("out_suffix")?.value {
                [suffix]
            } else {
                try reader.optional("out_suffix")
            }
        let outDirectory: String? = try reader.optional("out_dir")
        if outDirectory == nil, let node = reader.node("file_client_args"), !node.isNull {
            throw reader.failure(
                "file_client_args", "there is no out_dir to copy files to",
                remedy: "set out_dir, or remove it")
        }
        self.init(
            try Settings(from: &reader), outDirectory: outDirectory,
            outSuffixes: suffixes ?? [".log.json", ".log", ".py"],
            keepsLocal: try reader.value("keep_local", default: true),
            experimentNameInterval: try reader.value("interval_exp_name", default: 1000))
        try FileBackend.check(&reader)
    }

    /// Opens the JSON file; its first line tells about the run, the second where a resumed one goes on.
    public override func beforeRun(_ runner: BaseRunner) throws {
        try super.beforeRun(runner)
        guard let directory = runner.workDirectory, runner.rank == 0 else { return }
        if let copies {
            runner.logger.info(
                "Text logs will be saved to \(copies.target(of: directory)) by HardDiskBackend after the training process."
            )
        }
        let json = try FileTextOutput(path: "\(directory)/\(runner.timestamp).log.json")
        self.json = json
        if var meta = runner.meta {
            if !runner.hookMessages.isEmpty { meta["hook_msgs"] = .dictionary(runner.hookMessages) }
            json.write(JSONLine.json(meta) + "\n")
        }
        guard let checkpoint = runner.resumedPath else { return }
        resumedEpoch = runner.epoch
        // Without the key `epoch`, which makes a line a row for tools that read the file.
        var line = JSONLine()
        line.add("mode", "meta")
        line.add("resumed_from", checkpoint)
        line.add("resumed_epoch", runner.epoch)
        line.add("resumed_iter", runner.iteration)
        json.write(line.text + "\n")
    }

    /// Starts the phase, and says so where its epochs are too short for the interval.
    public override func beforeEpoch(_ runner: BaseRunner) throws {
        try super.beforeEpoch(runner)
        guard byEpoch, !hasWarned, runner.mode == "train", let loader = runner.dataLoader,
            loader.batchesPerEpoch < interval
        else { return }
        hasWarned = true
        runner.logger.warning(
            "log_config.interval is \(interval), an epoch has \(loader.batchesPerEpoch) iterations: only its last one is logged"
        )
    }

    /// Shows the run's first or last iteration in the text.
    public override func logOutOfTurn(_ row: Row, _ runner: BaseRunner) throws {
        let line = trainingLine(runner, iteration: rowIteration(runner), row)
        runner.logger.info("\(line)")
    }

    /// Writes the row that the log buffer holds.
    public override func log(_ runner: BaseRunner) throws {
        logExperimentName(runner)
        let mode = rowMode(runner)
        let row = runner.logBuffer.output
        let iteration = rowIteration(runner)
        if isTrainingRow(runner) {
            if let time = row.first(where: { $0.name == "time" })?.value {
                remainingTime.include(interval, lasting: time)
            }
            runner.logger.info("\(trainingLine(runner, iteration: iteration, row))")
        } else {
            runner.logger.info("\(validationLine(runner, iteration: iteration, row))")
        }
        writeJSON(runner, mode: mode, iteration: iteration, row)
    }

    private func logExperimentName(_ runner: BaseRunner) {
        guard let name = runner.meta?["exp_name"]?.string else { return }
        let isEndOfEpoch = runner.innerIteration + 1 == runner.dataLoader?.batchesPerEpoch
        let isDue =
            experimentNameInterval > 0
            && (runner.iteration + 1).isMultiple(of: experimentNameInterval)
        if isDue || byEpoch && isEndOfEpoch {
            runner.logger.info("Exp name: \(name)")
        }
    }

    private func trainingLine(_ runner: BaseRunner, iteration: Int, _ row: Row) -> String {
        let phase = runner.mode.flatMap { $0 == "train" ? nil : "(\($0))" } ?? ""
        let head =
            byEpoch
            ? "Epoch\(phase) [\(rowEpoch(runner))][\(iteration)/\(runner.dataLoader?.batchesPerEpoch ?? 0)]\t"
            : "Iter\(phase) [\(iteration)/\(runner.maxIterations ?? 0)]\t"
        var parts: [String] = []
        if let rates = learningRates(runner) {
            parts.append(
                rates.map { name, rate in
                    (name.isEmpty ? "lr: " : "lr_\(name): ") + String(format: "%.3e", rate)
                }.joined(separator: " "))
        }
        if let time = row.first(where: { $0.name == "time" })?.value {
            let left = max(0, (runner.maxIterations ?? 0) - runner.iteration - 1)
            parts.append("eta: \(remainingTime.text(for: left, fallback: time))")
            parts.append("time: " + PythonText.fixed(time, digits: 3))
            let dataTime = row.first { $0.name == "data_time" }?.value ?? 0
            parts.append("data_time: " + PythonText.fixed(dataTime, digits: 3))
        }
        return head + (parts + items(row)).joined(separator: ", ")
    }

    private func validationLine(_ runner: BaseRunner, iteration: Int, _ row: Row) -> String {
        let mode = rowMode(runner)
        let head =
            byEpoch
            ? "Epoch(\(mode)) [\(rowEpoch(runner))][\(iteration)]\t"
            : "Iter(\(mode)) [\(iteration)]\t"
        return head + items(row).joined(separator: ", ")
    }

    private func items(_ row: Row) -> [String] {
        row.filter { $0.name != "time" && $0.name != "data_time" }.map {
            "\($0.name): "
                + ($0.value.isFinite
                    ? PythonText.fixed($0.value, digits: 4) : PythonText.number($0.value))
        }
    }

    private func writeJSON(_ runner: BaseRunner, mode: String, iteration: Int, _ row: Row) {
        guard let json else { return }
        var line = JSONLine()
        line.add("mode", mode)
        // A checkpoint is saved before its epoch is evaluated. Tools that read the file cannot do with an
        // epoch that has nothing but that evaluation, and pass over lines without `epoch`.
        let epoch = rowEpoch(runner)
        line.add(epoch > resumedEpoch ? "epoch" : "resumed_epoch", epoch)
        line.add("iter", iteration)
        if let rates = learningRates(runner) {
            if rates.count == 1, rates[0].name.isEmpty {
                line.add("lr", rates[0].rate)
            } else {
                var names = JSONLine()
                for (name, rate) in rates { names.addUnrounded(name, rate) }
                line.addRaw("lr", names.text)
            }
        }
        for (name, value) in row { line.add(name, value) }
        json.write(line.text + "\n")
    }

    /// The first group's learning rate of every optimizer.
    private func learningRates(_ runner: BaseRunner) -> [(name: String, rate: Double)]? {
        guard let rates = try? runner.currentLearningRates else { return nil }
        return rates.map { ($0.optimizer, $0.values.first ?? 0) }
    }

    /// Copies the log files to `out_dir`.
    public func afterRun(_ runner: BaseRunner) throws {
        guard let copies, let directory = runner.workDirectory, runner.rank == 0 else { return }
        try copies.copy(from: directory, runner.logger)
    }
}
