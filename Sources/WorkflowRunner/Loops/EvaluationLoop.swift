public import TrainingInterfaces

/// A loop of one's own that validates or tests: `val_cfg` or `test_cfg` names it under `type`.
///
/// The stages before and after it are called around it.
/// Source: `BaseLoop` of MMEngine.
public protocol EvaluationLoop: AnyObject {
    /// Evaluates the data of a pass; the metrics in order.
    func run(_ pass: EvaluationPass) throws -> [(name: String, value: Double)]
}

/// What a loop that evaluates has to do with: the data, and what turns predictions into metrics.
public struct EvaluationPass {
    /// The runner, with its model.
    public let runner: BaseRunner
    /// The data, at the beginning of a pass.
    public let loader: any BatchSource
    /// Turns predictions into metrics.
    public let evaluator: any Evaluator
    let evaluation: PhaseEvaluation
    let stages: PhaseStages

    /// Predicts every batch and takes in the results, as the usual loop does; hooks act around each.
    public func predictAll() throws { try forEachBatch { try predict($0) } }

    /// Does something with every batch; hooks act around each.
    public func forEachBatch(_ body: (Batch) throws -> Void) throws {
        while let batch = try runner.nextBatch(of: loader) {
            runner.dataBatch = batch
            try runner.callHook(stages.beforeIteration)
            try body(batch)
            try runner.callHook(stages.afterIteration)
            runner.dropIteration()
            runner.innerIteration += 1
        }
    }

    /// Predicts a batch and hands the result to the evaluator.
    public func predict(_ batch: Batch) throws { _ = try evaluation.process(batch, runner) }
}

extension BaseRunner {
    /// Lets a loop of the user's own evaluate a source, between the stages of the phase.
    func evaluate(
        _ loader: any BatchSource, by loop: any EvaluationLoop, _ evaluation: PhaseEvaluation,
        as stages: PhaseStages
    ) throws {
        begin(stages, loader)
        isContinuing = false
        innerIteration = 0
        try callHook(stages.loop.before)
        try callHook(stages.beforeEpoch)
        try loader.begin(epoch: 0)
        let pass = EvaluationPass(
            runner: self, loader: loader, evaluator: evaluation.evaluator, evaluation: evaluation,
            stages: stages)
        evaluation.conclude(with: try loop.run(pass), self)
        try callHook(stages.afterEpoch)
        try callHook(stages.loop.after)
    }
}
