public import ConfigCore
import TrainingInterfaces

/// When numbers are averaged and written to a log; subclasses say where to.
///
/// Source: MMCV's `LoggerHook`.
open class LoggerHook: BeforeRun, BeforeEpoch, AfterTrainIteration, AfterTrainEpoch,
    AfterValidationEpoch
{
    /// How many iterations there are from row to row.
    public let interval: Int
    /// Whether the iterations behind an epoch's last full interval stay without a row.
    public let ignoresLast: Bool
    /// Whether the output is cleared after logging; the last logger of a run does it in any case.
    public private(set) var resetsOutput: Bool
    /// Whether iterations are counted within their epoch.
    public let byEpoch: Bool
    private var startIteration = 0
    /// How many iterations of the run stand in rows.
    private var loggedIterations = 0

    /// The numbers of a row, in order.
    public typealias Row = [(name: String, value: Double)]

    /// The settings of a logger as configs name them.
    public struct Settings: Sendable {
        /// How many iterations there are from row to row.
        public var interval = 10
        /// Whether the iterations behind an epoch's last full interval stay without a row.
        public var ignoresLast = true
        /// Whether the output is cleared after logging.
        public var resetsOutput = false
        /// Whether iterations are counted within their epoch.
        public var byEpoch = true

        /// The original's defaults.
        public init() {}

        /// Reads `interval`, `ignore_last`, `reset_flag` and `by_epoch`.
        public init(from reader: inout ConfigReader) throws {
            interval = try reader.value("interval", default: interval)
            ignoresLast = try reader.value("ignore_last", default: ignoresLast)
            resetsOutput = try reader.value("reset_flag", default: resetsOutput)
            byEpoch = try reader.value("by_epoch", default: byEpoch)
            guard interval > 0 else {
                throw reader.failure("interval", "expected a positive number, got \(interval)")
            }
        }
    }

    /// A logger of these settings.
    public init(_ settings: Settings = Settings()) {
        interval = settings.interval
        ignoresLast = settings.ignoresLast
        resetsOutput = settings.resetsOutput
        byEpoch = settings.byEpoch
    }

    /// Writes the row that the log buffer holds; for subclasses.
    open func log(_ runner: BaseRunner) throws {}

    /// Shows the run's first or last iteration where no row is due; for subclasses.
    open func logOutOfTurn(_ row: Row, _ runner: BaseRunner) throws {}

    /// Makes the last logger the one that clears the output.
    open func beforeRun(_ runner: BaseRunner) throws {
        startIteration = runner.iteration
        loggedIterations = runner.iteration
        (runner.hooks.last { $0 is LoggerHook } as? LoggerHook)?.resetsOutput = true
    }

    /// Starts the phase with an empty buffer.
    open func beforeEpoch(_ runner: BaseRunner) throws { runner.logBuffer.clear() }

    /// Logs a row where one is due, and shows the run's first and last iteration in any case.
    open func afterTrainIteration(_ runner: BaseRunner) throws {
        if isRowDue(runner) { runner.logBuffer.average(over: interval) }
        try logIfReady(runner)
        let done = runner.iteration + 1
        guard done == startIteration + 1 || done == runner.maxIterations, loggedIterations < done
        else { return }
        let row = runner.logBuffer.averages(over: done - loggedIterations)
        loggedIterations = done
        try logOutOfTurn(row, runner)
    }

    /// Logs what an evaluation has found.
    open func afterTrainEpoch(_ runner: BaseRunner) throws { try logIfReady(runner) }

    /// Logs the averages of a val phase.
    open func afterValidationEpoch(_ runner: BaseRunner) throws {
        if runner.isStopping { return }
        runner.logBuffer.average()
        try logIfReady(runner)
    }

    private func isRowDue(_ runner: BaseRunner) -> Bool {
        let done = byEpoch ? runner.innerIteration + 1 : runner.iteration + 1
        if done.isMultiple(of: interval) { return true }
        let batches = runner.dataLoader?.batchesPerEpoch ?? 0
        // An epoch shorter than the interval would leave no row at all.
        let isShort = byEpoch && batches < interval
        return runner.innerIteration + 1 == batches && (!ignoresLast || isShort)
    }

    private func logIfReady(_ runner: BaseRunner) throws {
        guard runner.logBuffer.isReady else { return }
        if isTrainingRow(runner) { loggedIterations = runner.iteration + 1 }
        try log(runner)
        if resetsOutput { runner.logBuffer.clearOutput() }
    }

    /// The phase that a row belongs to: metrics of an evaluation are `val`, also between iterations.
    public func rowMode(_ runner: BaseRunner) -> String {
        guard let mode = runner.mode else { return "val" }
        let isOfPhase =
            mode == "train"
            ? runner.logBuffer.outputValue("time") != nil
            : runner.logBuffer.evaluationBatches == nil
        return isOfPhase ? mode : "val"
    }

    /// Whether a row is of a phase that trains, rather than of an evaluation or a phase that does not.
    public func isTrainingRow(_ runner: BaseRunner) -> Bool {
        runner.isTraining && rowMode(runner) != "val"
    }

    /// The epoch that a row belongs to, counted from 1.
    public func rowEpoch(_ runner: BaseRunner) -> Int {
        let isCounted =
            runner.countsByEpoch && !runner.isTraining
            || runner.stageInProgress?.stage == .beforeTrainEpoch
        return isCounted ? runner.epoch : runner.epoch + 1
    }

    /// The iteration that a row belongs to, counted from 1; the number of batches for an evaluation.
    public func rowIteration(_ runner: BaseRunner) -> Int {
        if let batches = runner.logBuffer.evaluationBatches { return batches }
        if byEpoch { return runner.innerIteration + 1 }
        return runner.isTraining ? runner.iteration + 1 : runner.iteration
    }
}
