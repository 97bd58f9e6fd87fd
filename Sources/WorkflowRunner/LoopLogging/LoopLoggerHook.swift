public import ConfigCore
import Dispatch
import Logging
import NeuralNet
public import TorchFile
import TrainingInterfaces

/// Writes lines of text to the log and rows of numbers to the visualizer, as MMEngine's loops do.
///
/// Source: MMEngine's `LoggerHook`, and the part of `RuntimeInfoHook` that gathers numbers.
public final class LoopLoggerHook: BeforeRun, AfterTrainIteration, AfterValidationIteration,
    AfterValidationEpoch, AfterTestIteration, AfterTestEpoch, AfterRun, ResumableHook
{
    /// When something is logged: the config of the hook.
    public struct Settings: Sendable {
        /// How many iterations there are from line to line.
        public var interval = 10
        /// Whether the iterations behind an epoch's last full interval stay without a line.
        public var ignoresLast = true
        /// Every how many iterations the experiment's name is logged.
        public var experimentNameInterval = 1000
        /// Whether metrics are counted in epochs; else in iterations.
        public var logsMetricsByEpoch = true
        /// Where files are copied when the run is done.
        public var outDirectory: String?
        /// How the names of those files end.
        public var outSuffixes = [".json", ".log", ".py", "yaml"]
        /// Whether they stay in the work directory too.
        public var keepsLocal = true

        /// MMEngine's settings.
        public init() {}

        /// Reads the keys of the hook's config.
        public init(from reader: inout ConfigReader) throws {
            interval = try reader.value("interval", default: interval)
            guard interval > 0 else {
                throw reader.failure("interval", "expected a positive number, got \(interval)")
            }
            ignoresLast = try reader.value("ignore_last", default: ignoresLast)
            experimentNameInterval = try reader.value(
                "interval_exp_name", default: experimentNameInterval)
            guard experimentNameInterval > 0 else {
                throw reader.failure(
                    "interval_exp_name",
                    "expected a positive number, got \(experimentNameInterval)")
            }
            logsMetricsByEpoch = try reader.value("log_metric_by_epoch", default: true)
            outDirectory = try reader.optional("out_dir")
            keepsLocal = try reader.value("keep_local", default: true)
            if case .string(let suffix) = reader.node("out_suffix")?.value {
                outSuffixes = [suffix]
            } else if let suffixes = try reader.optional("out_suffix", as: [String].self) {
                outSuffixes = suffixes
            }
            try FileBackend.check(&reader)
        }
    }

    /// When something is logged.
    public let settings: Settings
    /// What the run has told.
    public let hub = MessageHub()
    /// Where rows of numbers go.
    public var visualizer: Visualizer?
    /// How numbers are summed up and shown.
    public var processor: LogProcessor
    /// What gives the metrics, for those that are no single numbers.
    public var evaluator: MetricEvaluator?
    /// What the run is called.
    public var experimentName: String?
    /// Whether nothing is trained, so that lines name no epoch of training.
    public var evaluatesAlone = false
    private var trainTime = MeanTime()
    private var evaluationTime = MeanTime()

    /// A logger; `visualizer` and `processor` may be set until the run begins.
    public init(
        _ settings: Settings = Settings(), processor: LogProcessor = LogProcessor(),
        visualizer: Visualizer? = nil, experimentName: String? = nil
    ) {
        self.settings = settings
        self.processor = processor
        self.visualizer = visualizer
        self.experimentName = experimentName
    }

    /// The original's name.
    public var name: String { "LoggerHook" }
    /// BELOW_NORMAL.
    public var defaultPriority: HookPriority { .belowNormal }

    /// Says where the files will be copied.
    public func beforeRun(_ runner: BaseRunner) throws {
        if let copies, let folder = runner.workDirectory {
            runner.logger.info(
                "Text logs will be saved to \(copies.target(of: folder)) after the training process."
            )
        }
    }

    /// Logs an iteration where its turn has come.
    public func afterTrainIteration(_ runner: BaseRunner) throws {
        for (name, rate) in Self.rates(runner) { hub.update("train/\(name)", rate) }
        gather("train", runner)
        if let time = hub.history(of: "train/time")?.statistic(.current) { trainTime.add(time) }
        let batch = runner.countsByEpoch ? runner.innerIteration : runner.iteration
        let batches = runner.dataLoader?.batchesPerEpoch ?? 0
        let isLast = batch + 1 == batches
        if isLast || (runner.iteration + 1).isMultiple(of: settings.experimentNameInterval) {
            runner.logger.info("Exp name: \(experimentName ?? runner.timestamp)")
        }
        let isDue =
            (batch + 1).isMultiple(of: settings.interval)
            || isLast && (!settings.ignoresLast || batches <= settings.interval)
        guard isDue else { return }
        var place = place(runner)
        place.secondsLeft = trainTime.mean.map {
            $0 * Double(place.maxIterations - place.iteration - 1)
        }
        let (row, line) = processor.iteration("train", batch: batch, place, hub)
        runner.logger.info("\(line)")
        try write(row, step: runner.iteration + 1, runner)
    }

    /// Logs a validation's iteration where its turn has come.
    public func afterValidationIteration(_ runner: BaseRunner) throws {
        logEvaluation("val", runner)
    }

    /// Logs a test's iteration where its turn has come.
    public func afterTestIteration(_ runner: BaseRunner) throws { logEvaluation("test", runner) }

    private func logEvaluation(_ phase: String, _ runner: BaseRunner) {
        gather(phase, runner)
        if runner.innerIteration == 0 { evaluationTime = MeanTime() }
        if let time = hub.history(of: "\(phase)/time")?.statistic(.current) {
            evaluationTime.add(time)
        }
        guard (runner.innerIteration + 1).isMultiple(of: settings.interval) else { return }
        var place = place(runner)
        place.secondsLeft = evaluationTime.mean.map {
            $0 * Double(place.batchesPerPass - runner.innerIteration - 1)
        }
        let line = processor.iteration(phase, batch: runner.innerIteration, place, hub).line
        runner.logger.info("\(line)")
    }

    /// Logs what a validation has found.
    public func afterValidationEpoch(_ runner: BaseRunner) throws {
        guard let row = logMetrics("val", runner) else { return }
        let place = place(runner)
        try write(
            row, step: settings.logsMetricsByEpoch ? place.epoch : place.iteration, runner)
    }

    /// Logs what a test has found, and writes it to a file of its own.
    public func afterTestEpoch(_ runner: BaseRunner) throws {
        guard let row = logMetrics("test", runner), runner.rank == 0,
            let directory = runner.workDirectory
        else { return }
        let file = LoopLogFolder(workDirectory: directory, timestamp: runner.timestamp).testMetrics
        try TestMetricsFile(row, others: evaluator?.results ?? []).write(to: file)
    }

    /// Logs the numbers of a finished pass; nil where the run is ending.
    private func logMetrics(_ phase: String, _ runner: BaseRunner) -> LogProcessor.Row? {
        if runner.isStopping { return nil }
        let results = Dictionary(evaluator?.results.map { ($0.name, $0.value) } ?? []) { $1 }
        for (name, value) in runner.logBuffer.output {
            if case .integer(let count) = results[name] {
                hub.update("\(phase)/\(name)", count)
            } else {
                hub.update("\(phase)/\(name)", value)
            }
        }
        runner.logBuffer.clearOutput()
        let others = (evaluator?.results ?? []).compactMap { name, value in
            value.text.map { (name, $0) }
        }
        let (row, line) = processor.pass(phase, place(runner), hub, others: others)
        runner.logger.info("\(line)")
        return row
    }

    /// Closes the files, and copies them to `out_dir`.
    public func afterRun(_ runner: BaseRunner) throws {
        visualizer?.close()
        guard let copies, let folder = runner.workDirectory, runner.rank == 0 else { return }
        try copies.copy(from: folder, runner.logger)
    }

    private var copies: LogFileCopies? {
        settings.outDirectory.map {
            LogFileCopies(
                outDirectory: $0, suffixes: settings.outSuffixes, keepsLocal: settings.keepsLocal)
        }
    }

    private func write(_ row: LogProcessor.Row, step: Int, _ runner: BaseRunner) throws {
        guard runner.rank == 0 else { return }
        try visualizer?.addScalars(row, step: step, file: "\(runner.timestamp).json")
    }

    private func place(_ runner: BaseRunner) -> LogPlace {
        LogPlace(
            epoch: runner.countsByEpoch ? runner.epoch : 0, iteration: runner.iteration,
            maxEpochs: runner.countsByEpoch ? runner.maxEpochs ?? 0 : 1,
            maxIterations: runner.maxIterations ?? 0,
            batchesPerPass: runner.dataLoader?.batchesPerEpoch ?? 0, isTraining: !evaluatesAlone)
    }

    /// Takes the numbers of the iteration over, in the order in which MMEngine's parts tell them.
    private func gather(_ phase: String, _ runner: BaseRunner) {
        let order = ["data_time": 0, "grad_norm": 1, "time": 3]
        let newest = runner.logBuffer.takeNewest().enumerated().sorted { a, b in
            let places = (order[a.element.name] ?? 2, order[b.element.name] ?? 2)
            return places.0 == places.1 ? a.offset < b.offset : places.0 < places.1
        }
        for (_, entry) in newest { hub.update("\(phase)/\(entry.name)", entry.value) }
    }

    /// The rates that logs show: the first group's, and the one that no group's rules have changed.
    static func rates(_ runner: BaseRunner) -> [(name: String, rate: Double)] {
        (runner.optimizer?.entries ?? []).flatMap { name, wrapper in
            let prefix = name.isEmpty ? "" : "\(name)."
            let base = wrapper.baseSettings.map { ("\(prefix)base_lr", $0.learningRate) }
            let own = wrapper.optimizer.groups.first.map { ("\(prefix)lr", $0.learningRate) }
            return [base, own].compactMap(\.self)
        }
    }

    /// What was told so far.
    public var savedState: TorchValue {
        .dictionary(TorchDictionary([("hub", hub.saved)]))
    }

    /// Goes on with what was told.
    public func restore(_ state: TorchValue) throws {
        if let saved = state["hub"] { hub.restore(saved) }
    }
}

/// How long iterations took on the mean.
private struct MeanTime {
    private var seconds = 0.0
    private var count = 0

    mutating func add(_ time: Double) {
        seconds += time
        count += 1
    }

    var mean: Double? { count > 0 ? seconds / Double(count) : nil }
}

extension MetricValue {
    /// The value as lines show it; nil where it is a number.
    var text: String? {
        switch self {
        case .number, .integer: nil
        case .integers(let values): "\(values)"
        case .list(let values): "[\(values.map(PythonText.number).joined(separator: ", "))]"
        case .matrix(let rows): "\n\(Self.tensorText(rows))\n"
        }
    }

    /// Rows of counts as PyTorch prints them.
    private static func tensorText(_ rows: [[Int]]) -> String {
        let width = rows.joined().map { "\($0)".count }.max() ?? 1
        let lines = rows.map { row in
            "["
                + row.map { number in
                    String(repeating: " ", count: width - "\(number)".count) + "\(number)"
                }.joined(separator: ", ") + "]"
        }
        return "tensor([" + lines.joined(separator: ",\n        ") + "])"
    }
}
