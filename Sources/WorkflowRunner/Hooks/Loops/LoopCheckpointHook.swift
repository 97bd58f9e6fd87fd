import Foundation
import Logging
public import TorchFile
import TrainingInterfaces

/// Saves checkpoints every so many epochs or iterations, at the end of training, and where a validation
/// found the best scores so far.
///
/// Source: MMEngine's `CheckpointHook`, with its names, files and messages.
public final class LoopCheckpointHook: BeforeRun, AfterTrainIteration, AfterTrainEpoch,
    AfterValidationEpoch, AfterTrain, ResumableHook, RunChecking, PrioritizedHook
{
    private let settings: LoopCheckpointSettings
    private var directory = ""
    /// The name of the last file that was saved by number, and the numbers of those that are kept.
    private var lastFile: String?
    private var keptNumbers: [Int] = []

    /// A hook of these settings.
    public init(_ settings: LoopCheckpointSettings = LoopCheckpointSettings()) {
        self.settings = settings
    }

    /// The original's name.
    public var name: String { "CheckpointHook" }
    /// VERY_LOW.
    public var defaultPriority: HookPriority { .veryLow }

    /// Finds an `out_dir` that cannot be used, and metrics that nobody gives.
    public func check(_ runner: BaseRunner, _ sources: [PhaseSource]) throws {
        try OutputFolder.check(settings.outDirectory, for: place)
        _ = try FileNameTemplate.required(settings.template, for: place)
        guard
            let names = (runner.evaluation?.evaluator as? any ForeseeableEvaluator)?.metricNames,
            let first = names.first
        else { return }
        for wanted in settings.best {
            let key = wanted == "auto" ? first : wanted
            guard names.contains(key) || runner.mayReport(key) else {
                throw unknownMetric(key, among: names)
            }
            _ = try rule(for: key)
        }
    }

    private var place: String { "default_hooks.checkpoint" }

    /// Finds the folder to save in.
    public func beforeRun(_ runner: BaseRunner) throws {
        directory = try OutputFolder.make(settings.outDirectory, runner, for: place)
        if settings.outDirectory != nil {
            runner.logger.info("Checkpoints will be saved to \(directory).")
        }
    }

    /// Saves where iterations count.
    public func afterTrainIteration(_ runner: BaseRunner) throws {
        guard !settings.byEpoch else { return }
        try saveIfDue(runner, runner.iteration + 1, of: runner.maxIterations)
    }

    /// Saves where epochs count; a run by iterations is one epoch.
    public func afterTrainEpoch(_ runner: BaseRunner) throws {
        guard settings.byEpoch else { return }
        try saveIfDue(
            runner, runner.countsByEpoch ? runner.epoch + 1 : 1,
            of: runner.countsByEpoch ? runner.maxEpochs : 1)
    }

    private func saveIfDue(_ runner: BaseRunner, _ number: Int, of maximum: Int?) throws {
        let since = number - settings.begin
        let isDue =
            settings.interval > 0 && since > 0 && since.isMultiple(of: settings.interval)
        guard isDue || settings.savesLast && number == maximum, !runner.isStopping else { return }
        runner.logger.info(
            "Saving checkpoint at \(number) \(settings.byEpoch ? "epochs" : "iterations")")
        try save(runner, number)
    }

    private func save(_ runner: BaseRunner, _ number: Int) throws {
        let template = try FileNameTemplate.required(settings.template, for: place)
        let file = template.name(number)
        if settings.maximumKept > 0, keptNumbers.last != number {
            while keptNumbers.count >= settings.maximumKept {
                // A file that somebody has removed already is no matter.
                let oldest = template.name(keptNumbers.removeFirst())
                try? FileManager.default.removeItem(atPath: "\(directory)/\(oldest)")
            }
            keptNumbers.append(number)
        }
        lastFile = file
        runner.hookMessages["last_ckpt"] = .string("\(directory)/\(file)")
        try runner.saveCheckpoint(
            to: directory, template: settings.template, number: number,
            savesOptimizer: settings.savesOptimizer, savesSchedulers: settings.savesSchedulers)
    }

    /// Saves the model anew for each score that is the best so far.
    public func afterValidationEpoch(_ runner: BaseRunner) throws {
        guard !settings.best.isEmpty, !runner.isStopping, let evaluation = runner.evaluation else {
            return
        }
        let metrics = evaluation.metrics
        guard let first = metrics.first else {
            return runner.logger.warning(
                "Since `metrics` is an empty dict, the behavior to save the best checkpoint will be skipped in this evaluation."
            )
        }
        var isBest = false
        for wanted in settings.best {
            let key = wanted == "auto" ? first.name : wanted
            guard let score = metrics.first(where: { $0.name == key })?.value else {
                throw unknownMetric(key, among: metrics.map(\.name))
            }
            if try saveIfBest(runner, key, score) { isBest = true }
        }
        // The numbered file is to tell of the new best one, so that a resumed run can remove it.
        if isBest, lastFile != nil { try save(runner, trained(runner)) }
    }

    private func trained(_ runner: BaseRunner) -> Int {
        settings.byEpoch ? runner.epoch : runner.iteration
    }

    private func saveIfBest(_ runner: BaseRunner, _ key: String, _ score: Double) throws -> Bool {
        let suffix = settings.best.count == 1 ? "" : "_\(key)"
        let rule = try rule(for: key)
        let best = runner.hookMessages["best_score\(suffix)"]?.double
        let isBetter = best.map { rule == .greater ? score > $0 : score < $0 } ?? !score.isNaN
        guard isBetter else { return false }
        let template = try FileNameTemplate.required(settings.template, for: place)
        let number = trained(runner)
        let file = "best_\(key)_\(template.name(number))".replacing(/[\/\\:*?"<>|]/, with: "_")
        let previous = runner.hookMessages["best_ckpt\(suffix)"]?.string
        runner.hookMessages["best_score\(suffix)"] = .double(score)
        runner.hookMessages["best_ckpt\(suffix)"] = .string("\(directory)/\(file)")
        try runner.saveCheckpoint(
            to: directory, template: file, savesOptimizer: false, savesSchedulers: false,
            createsSymlink: false)
        // The new file is there before the old one goes; that of a run resumed from elsewhere stays.
        if let previous, previous != "\(directory)/\(file)", previous.hasPrefix("\(directory)/"),
            (try? FileManager.default.removeItem(atPath: previous)) != nil
        {
            runner.logger.info("The previous best checkpoint \(previous) is removed")
        }
        let unit = settings.byEpoch ? "epoch" : "iter"
        runner.logger.info(
            "The best checkpoint with \(String(format: "%.4f", score)) \(key) at \(number) \(unit) is saved to \(file)."
        )
        return true
    }

    private func rule(for key: String) throws -> EvaluationOptions.Rule {
        if let rule = settings.rule(for: key) { return rule }
        throw RunnerError(
            "\(place).save_best", "cannot tell whether a high or a low \"\(key)\" is good",
            remedy: "add rule=\"greater\" or rule=\"less\"")
    }

    private func unknownMetric(_ key: String, among names: [String]) -> RunnerError {
        RunnerError(
            "\(place).save_best", "there is no metric \"\(key)\"",
            remedy: "known: \(names.joined(separator: ", "))")
    }

    /// Writes the last and the best files again with the published keys alone, named by their contents.
    public func afterTrain(_ runner: BaseRunner) throws {
        guard !settings.publishedKeys.isEmpty else { return }
        let suffixes = settings.best.count == 1 ? [""] : settings.best.map { "_\($0)" }
        let best = settings.best.isEmpty ? [] : suffixes.map { "best_ckpt\($0)" }
        for message in (settings.savesLast ? ["last_ckpt"] : []) + best {
            guard let path = runner.hookMessages[message]?.string else { continue }
            let published = try PublishedCheckpoint(
                path, name: PublishedCheckpoint.stem(of: path)
            ) { root in
                TorchDictionary(
                    settings.publishedKeys.compactMap { key in
                        root[key].map { (key, $0) }
                    })
            }
            runner.logger.info("The checkpoint (\(path)) is published to \(published.path).")
        }
    }

    /// The files that count against the number to keep.
    public var savedState: TorchValue {
        .dictionary(
            TorchDictionary([
                ("kept", .list(keptNumbers.map { .int($0) })),
                ("last_file", lastFile.map { .string($0) } ?? .none),
            ]))
    }

    /// Goes on counting files.
    public func restore(_ state: TorchValue) throws {
        keptNumbers = (state["kept"]?.elements ?? []).compactMap(\.int)
        lastFile = state["last_file"]?.string
    }
}
