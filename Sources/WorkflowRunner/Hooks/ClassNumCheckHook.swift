import Logging
import NeuralNet
import TrainingInterfaces

/// Checks that the model has as many classes as the data, before anything runs and in every phase.
///
/// Source: MMClassification's `ClassNumCheckHook`.
public final class ClassNumCheckHook: BeforeTrainEpoch, BeforeTrainIteration, BeforeValidationEpoch,
    BeforeValidationIteration, RunChecking
{
    private var checked: Set<ObjectIdentifier> = []
    private var hasWarned = false

    /// The hook.
    public init() {}

    /// Checks the data of every phase.
    public func check(_ runner: BaseRunner, _ sources: [PhaseSource]) throws {
        for (phase, source) in sources { try check(runner, source, phase) }
    }

    /// Checks the data of the phase that begins.
    public func beforeTrainEpoch(_ runner: BaseRunner) throws { try checkCurrent(runner) }

    /// Checks the data of the phase that begins.
    public func beforeValidationEpoch(_ runner: BaseRunner) throws { try checkCurrent(runner) }

    /// Checks the data where iterations count and no epoch begins.
    public func beforeTrainIteration(_ runner: BaseRunner) throws { try checkCurrent(runner) }

    /// Checks the data where iterations count and no epoch begins.
    public func beforeValidationIteration(_ runner: BaseRunner) throws { try checkCurrent(runner) }

    private func checkCurrent(_ runner: BaseRunner) throws {
        guard let source = runner.dataLoader,
            checked.insert(ObjectIdentifier(source)).inserted
        else { return }
        try check(runner, source, runner.mode ?? "")
    }

    private func check(_ runner: BaseRunner, _ source: any BatchSource, _ phase: String) throws {
        guard let names = source.classNames else {
            if !hasWarned {
                runner.logger.warning(
                    "ClassNumCheckHook: the data of \(phase) does not name its classes; set `classes` to have their number checked"
                )
            }
            hasWarned = true
            return
        }
        for named in runner.model.namedModules() {
            guard let module = named.module as? any ClassCounting,
                module.classCount != names.count
            else { continue }
            throw RunnerError(
                (["model", named.name, "num_classes"].filter { !$0.isEmpty }).joined(
                    separator: "."),
                "\(module.classCount) in \(type(of: module)) of \(runner.modelName), but the data of "
                    + "\(phase) has \(names.count) classes", remedy: "set it to \(names.count)")
        }
    }
}
