public import ConfigCore
import Foundation
import Logging
public import TorchFile
import TrainingInterfaces

/// Ends training when a metric has stopped improving.
///
/// Source: MMEngine's `EarlyStoppingHook`. Other than there, what it remembers is resumed.
public final class EarlyStoppingHook: AfterValidationEpoch, ResumableHook, RunChecking,
    PrioritizedHook
{
    /// The metric.
    public let monitor: String
    /// Which scores are better.
    public let rule: EvaluationOptions.Rule
    /// How many validations without a better score end the run.
    public let patience: Int
    private let minimumChange: Double
    private let isStrict: Bool
    private let checksFinite: Bool
    private let threshold: Double?
    private var best: Double
    private var waited = 0

    /// Reads `monitor`, `rule`, `min_delta`, `strict`, `check_finite`, `patience` and `stopping_threshold`.
    public init(from reader: inout ConfigReader) throws {
        monitor = try reader.required("monitor")
        var options = EvaluationOptions()
        if let name: String = try reader.optional("rule") {
            guard let rule = EvaluationOptions.Rule(rawValue: name) else {
                throw reader.failure(
                    "rule", "\"\(name)\" is not a rule", remedy: "write \"greater\" or \"less\"")
            }
            options.rule = rule
        }
        guard let rule = options.rule(for: monitor) else {
            throw reader.failure(
                "monitor", "cannot tell whether a high or a low \"\(monitor)\" is good",
                remedy: "add rule=\"greater\" or rule=\"less\"")
        }
        self.rule = rule
        minimumChange = abs(try reader.value("min_delta", default: 0.1))
        isStrict = try reader.value("strict", default: false)
        checksFinite = try reader.value("check_finite", default: true)
        patience = try reader.value("patience", default: 5)
        threshold = try reader.optional("stopping_threshold")
        best = rule == .greater ? -.infinity : .infinity
    }

    /// LOWEST.
    public var defaultPriority: HookPriority { .lowest }

    /// Finds a metric that nobody gives, where that is to be an error.
    public func check(_ runner: BaseRunner, _ sources: [PhaseSource]) throws {
        guard isStrict,
            let names = (runner.evaluation?.evaluator as? any ForeseeableEvaluator)?.metricNames,
            !names.contains(monitor), !runner.mayReport(monitor)
        else { return }
        throw missing(names)
    }

    /// Compares the score with the best so far.
    public func afterValidationEpoch(_ runner: BaseRunner) throws {
        guard let evaluation = runner.evaluation, !runner.isStopping else { return }
        guard let score = evaluation.metrics.first(where: { $0.name == monitor })?.value else {
            let error = missing(evaluation.metrics.map(\.name))
            if isStrict { throw error }
            return runner.logger.warning("Skip early stopping process: \(error)")
        }
        guard let reason = reasonToStop(score) else { return }
        runner.stopsTraining = true
        runner.logger.info("EarlyStoppingHook: \(reason)")
    }

    private func reasonToStop(_ score: Double) -> String? {
        func isBetter(_ a: Double, _ b: Double) -> Bool { rule == .greater ? a > b : a < b }
        if checksFinite, !score.isFinite {
            return
                "Monitored metric \(monitor) = \(score) is infinite. Previous best value was \(text(best))."
        }
        if let threshold, isBetter(score, threshold) {
            best = score
            return
                "Stopping threshold reached: `\(monitor)` = \(score) is better than \(threshold)."
        }
        let wanted = best + (rule == .greater ? minimumChange : -minimumChange)
        guard isBetter(wanted, score) else {
            best = score
            waited = 0
            return nil
        }
        waited += 1
        return waited < patience
            ? nil
            : "the monitored metric did not improve in the last \(waited) records. best score: \(text(best))."
    }

    private func text(_ score: Double) -> String { String(format: "%.3f", score) }

    private func missing(_ names: [String]) -> RunnerError {
        RunnerError(
            "EarlyStoppingHook", "there is no metric \"\(monitor)\"",
            remedy: "known: \(names.joined(separator: ", "))")
    }

    /// The best score, and how long ago it was.
    public var savedState: TorchValue {
        .dictionary(TorchDictionary([("best_score", .double(best)), ("wait_count", .int(waited))]))
    }

    /// Goes on waiting.
    public func restore(_ state: TorchValue) throws {
        best = state["best_score"]?.double ?? best
        waited = state["wait_count"]?.int ?? waited
    }
}
