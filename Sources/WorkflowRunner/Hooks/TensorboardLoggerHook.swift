public import ConfigCore
import Foundation
import TensorBoardFile

/// Writes rows as curves that TensorBoard shows.
///
/// A resumed run adds a file of its own to the folder.
/// Source: MMCV's `TensorboardLoggerHook`.
public final class TensorboardLoggerHook: LoggerHook, AfterRun {
    private let directory: String?
    private var file: EventFileWriter?

    /// A logger that writes to a folder: `tf_logs` in the work directory by default.
    public init(_ settings: Settings = Settings(), directory: String? = nil) {
        self.directory = directory
        super.init(settings)
    }

    /// Reads the logger's settings and `log_dir`.
    public convenience init(from reader: inout ConfigReader) throws {
        self.init(try Settings(from: &reader), directory: try reader.optional("log_dir"))
    }

    /// Makes the event file.
    public override func beforeRun(_ runner: BaseRunner) throws {
        try super.beforeRun(runner)
        guard runner.rank == 0 else { return }
        guard let directory = directory ?? runner.workDirectory.map({ "\($0)/tf_logs" }) else {
            throw RunnerError(
                "TensorboardLoggerHook", "there is no folder to write in",
                remedy: "set log_dir, or give the runner a work_dir")
        }
        do {
            file = try EventFileWriter(directory: directory, hostName: HostName.current)
        } catch let error as EventFileError {
            throw RunnerError(
                directory, "cannot write an event file: \(SystemError.reason(error.cause))",
                remedy: "choose another folder with log_dir")
        }
    }

    /// Writes the row that the log buffer holds.
    public override func log(_ runner: BaseRunner) throws {
        write(runner.logBuffer.output, mode: rowMode(runner), runner)
    }

    /// Writes the run's first or last iteration.
    public override func logOutOfTurn(_ row: Row, _ runner: BaseRunner) throws {
        write(row, mode: "train", runner)
    }

    private func write(_ row: Row, mode: String, _ runner: BaseRunner) {
        // As in the original, what an epoch ends with stands one step behind its last iteration.
        file?.add(curves(of: row, mode: mode, runner), step: runner.iteration + 1)
    }

    /// Closes the file.
    public func afterRun(_ runner: BaseRunner) throws {
        file?.close()
        file = nil
    }
}
