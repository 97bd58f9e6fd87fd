import Foundation
import Logging
import TensorCore
public import TorchFile
public import TrainingInterfaces

/// Evaluates the model during training and keeps the best checkpoint.
///
/// Source: MMCV's `EvalHook`. Other than there, a score of 0 may be the best, and an evaluation before
/// training is logged and takes place wherever `start` asks for it, whatever the interval.
public final class EvalHook: BeforeRun, BeforeTrainEpoch, BeforeTrainIteration,
    AfterTrainIteration, AfterTrainEpoch, ResumableHook, RunChecking
{
    /// When to evaluate and what to keep.
    public let options: EvaluationOptions
    private let loader: any BatchSource
    private let evaluator: any Evaluator
    private let progress: ((_ done: Int, _ total: Int) -> Void)?
    private var directory: String?
    private var isFirst = true

    /// A hook that evaluates on the batches of `loader`.
    ///
    /// - Parameters:
    ///   - loader: The data.
    ///   - evaluator: Turns predictions into metrics.
    ///   - options: When to evaluate and what to keep.
    ///   - progress: Told after every batch how many of how many are done.
    public init(
        loader: any BatchSource, evaluator: any Evaluator,
        options: EvaluationOptions = EvaluationOptions(),
        progress: ((_ done: Int, _ total: Int) -> Void)? = nil
    ) {
        self.loader = loader
        self.evaluator = evaluator
        self.options = options
        self.progress = progress
    }

    /// Finds what would end the run only at its first evaluation.
    public func check(_ runner: BaseRunner, _ sources: [PhaseSource]) throws {
        try OutputFolder.check(options.outDirectory, for: "evaluation")
        guard runner.countsByEpoch || !options.byEpoch else {
            throw RunnerError(
                "evaluation", "by_epoch is true, but the runner counts iterations",
                remedy: "set by_epoch=False")
        }
        guard let wanted = options.saveBest,
            let names = (evaluator as? any ForeseeableEvaluator)?.metricNames,
            let first = names.first
        else { return }
        let key = wanted == "auto" ? first : wanted
        if !names.contains(key) { throw unknownMetric(key, among: names) }
        _ = try rule(for: key)
    }

    /// Finds the folder for best checkpoints.
    public func beforeRun(_ runner: BaseRunner) throws {
        isFirst = true
        guard options.saveBest != nil else { return }
        let directory = try OutputFolder.make(options.outDirectory, runner, for: "evaluation")
        self.directory = directory
        if options.outDirectory != nil {
            runner.logger.info(
                "The best checkpoint will be saved to \(directory) by HardDiskBackend")
        }
    }

    /// Evaluates before the first epoch where `start` says so.
    public func beforeTrainEpoch(_ runner: BaseRunner) throws {
        if options.byEpoch { try evaluateFirst(runner, done: runner.epoch) }
    }

    /// Evaluates before the first iteration where `start` says so.
    public func beforeTrainIteration(_ runner: BaseRunner) throws {
        if isFirst, !options.byEpoch { try evaluateFirst(runner, done: runner.iteration) }
    }

    private func evaluateFirst(_ runner: BaseRunner, done: Int) throws {
        guard isFirst else { return }
        isFirst = false
        guard let start = options.start, done >= start, !runner.isContinuingEpoch else { return }
        let log = runner.logBuffer
        runner.logBuffer.clear()
        try evaluate(runner, done: done)
        for case let logger as LoggerHook in runner.hooks { try logger.log(runner) }
        runner.logBuffer = log
    }

    /// Evaluates where iterations count.
    public func afterTrainIteration(_ runner: BaseRunner) throws {
        guard !options.byEpoch, isDue(runner, after: runner.iteration + 1) else { return }
        // What training has gathered is logged before metrics take its place.
        for case let logger as LoggerHook in runner.hooks {
            try logger.afterTrainIteration(runner)
        }
        runner.logBuffer.clear()
        try evaluate(runner, done: runner.iteration + 1)
    }

    /// Evaluates where epochs count.
    public func afterTrainEpoch(_ runner: BaseRunner) throws {
        guard options.byEpoch, isDue(runner, after: runner.epoch + 1) else { return }
        try evaluate(runner, done: runner.epoch + 1)
    }

    private func isDue(_ runner: BaseRunner, after done: Int) -> Bool {
        options.isDue(after: done) && !runner.isStopping
    }

    private func evaluate(_ runner: BaseRunner, done: Int) throws {
        let metrics = try withEvaluationWeights(runner) { try measure(runner) }
        for (name, value) in metrics { runner.logBuffer.setOutput(name, value) }
        runner.logBuffer.evaluationBatches = loader.batchesPerEpoch
        runner.logBuffer.isReady = true
        if let wanted = options.saveBest { try keepBest(runner, wanted, metrics, done: done) }
        for case let timer as IterTimerHook in runner.hooks { timer.restart() }
    }

    /// In a run by iterations nobody else puts the weights for evaluation into the model.
    private func withEvaluationWeights<Value>(_ runner: BaseRunner, _ body: () throws -> Value)
        throws -> Value
    {
        if runner.countsByEpoch { return try body() }
        try runner.useWeights(forEvaluation: true)
        let result = Result { try body() }
        try runner.useWeights(forEvaluation: false)
        return try result.get()
    }

    private func measure(_ runner: BaseRunner) throws -> [(name: String, value: Double)] {
        let context = runner.evaluationContext
        let total = loader.batchesPerEpoch
        let (generator, position) = (runner.generator.state, loader.position)
        try loader.begin(epoch: runner.epoch)
        var count = 0
        while let batch = try loader.next() {
            try evaluator.process(batch, predictions: runner.model.predict(batch, context))
            count += 1
            progress?(count, total)
            if runner.stopRequest.isRequested {
                // The whole evaluation comes again when the run is resumed, and what was processed
                // so far must not join it.
                _ = try evaluator.compute()
                _ = runner.generator.restore(generator)
                try loader.restore(position)
                throw StopRequested()
            }
        }
        return try evaluator.compute()
    }

    private func keepBest(
        _ runner: BaseRunner, _ wanted: String, _ metrics: [(name: String, value: Double)],
        done: Int
    ) throws {
        guard let directory else { return }
        guard let first = metrics.first else {
            runner.logger.warning(
                "the evaluation gave no metrics; the best checkpoint is not looked for")
            return
        }
        let key = wanted == "auto" ? first.name : wanted
        guard let score = metrics.first(where: { $0.name == key })?.value else {
            throw unknownMetric(key, among: metrics.map(\.name))
        }
        let rule = try rule(for: key)
        let best = bestScore(runner, of: key)
        let isBetter = best.map { rule == .greater ? score > $0 : score < $0 } ?? !score.isNaN
        guard isBetter else { return }
        try saveBest(runner, key, score, done: done, in: directory)
    }

    private func unknownMetric(_ key: String, among names: [String]) -> RunnerError {
        RunnerError(
            "evaluation.save_best", "there is no metric \"\(key)\"",
            remedy: "known: \(names.joined(separator: ", "))")
    }

    private func rule(for key: String) throws -> EvaluationOptions.Rule {
        if let rule = options.rule(for: key) { return rule }
        throw RunnerError(
            "evaluation.save_best", "cannot tell whether a high or a low \"\(key)\" is good",
            remedy: "add rule=\"greater\" or rule=\"less\"")
    }

    /// The best score so far; one of another metric, from before the config was changed, is none.
    private func bestScore(_ runner: BaseRunner, of key: String) -> Double? {
        if let path = runner.hookMessages["best_ckpt"]?.string,
            !URL(fileURLWithPath: path).lastPathComponent.hasPrefix("best_\(key)_")
        {
            return nil
        }
        return runner.hookMessages["best_score"]?.double
    }

    private func saveBest(
        _ runner: BaseRunner, _ key: String, _ score: Double, done: Int, in directory: String
    ) throws {
        let unit = options.byEpoch ? "epoch" : "iter"
        let name = "best_\(key)_\(unit)_\(done).pth"
        let path = "\(directory)/\(name)"
        let previous = runner.hookMessages["best_ckpt"]?.string
        runner.hookMessages["best_score"] = .double(score)
        runner.hookMessages["best_ckpt"] = .string(path)
        try runner.saveCheckpoint(to: directory, template: name, createsSymlink: false)
        // The new file is there before the old one goes; that of a run resumed from elsewhere stays.
        if let previous, previous != path, previous.hasPrefix("\(directory)/"), runner.rank == 0,
            (try? FileManager.default.removeItem(atPath: previous)) != nil
        {
            runner.logger.info("The previous best checkpoint \(previous) was removed")
        }
        runner.logger.info("Now best checkpoint is saved as \(name).")
        runner.logger.info("Best \(key) is \(String(format: "%.4f", score)) at \(done) \(unit).")
    }

    /// Where the loader stands: its first pass draws from the run's generator.
    public var savedState: TorchValue {
        .dictionary(
            TorchDictionary([("loader", loader.position.saved), ("is_first", .bool(isFirst))]))
    }

    /// Continues with the loader where it stood.
    public func restore(_ state: TorchValue) throws {
        if let position = state["loader"].flatMap({ SourcePosition(saved: $0) }) {
            try loader.restore(position)
        }
        isFirst = state["is_first"]?.bool ?? isFirst
    }
}
