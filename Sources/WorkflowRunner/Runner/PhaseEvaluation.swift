public import TensorCore
import TorchFile
public import TrainingInterfaces

/// What val phases of a run evaluate in place of computing losses.
///
/// Source: `ValLoop` of MMEngine.
public final class PhaseEvaluation {
    /// Turns predictions into metrics.
    public let evaluator: any Evaluator
    /// The metrics of the last evaluation, in order.
    public private(set) var metrics: [(name: String, value: Double)] = []
    /// What was predicted of the batch in progress, one row a sample; nil of models that predict values.
    public private(set) var predictions: PlainTensor?
    /// A loop of the user's own that evaluates in place of the usual one.
    let loop: (any EvaluationLoop)?
    private let isMixedPrecision: Bool
    private let progress: ((_ done: Int, _ total: Int) -> Void)?
    private var batchesDone = 0
    private var losses = ReportedLosses()

    /// An evaluation by these metrics.
    ///
    /// - Parameters:
    ///   - evaluator: Turns predictions into metrics.
    ///   - isMixedPrecision: Whether the network computes in bfloat16, where the processor is fast at it.
    ///   - loop: A loop of one's own that evaluates in place of the usual one.
    ///   - progress: Told after every batch how many of how many are done.
    public init(
        _ evaluator: any Evaluator, isMixedPrecision: Bool = false,
        loop: (any EvaluationLoop)? = nil,
        progress: ((_ done: Int, _ total: Int) -> Void)? = nil
    ) {
        self.evaluator = evaluator
        self.isMixedPrecision = isMixedPrecision
        self.loop = loop
        self.progress = progress
    }

    /// Predicts a batch and takes in the result.
    func process(_ batch: Batch, _ runner: BaseRunner) throws -> StepOutput {
        let usual = runner.precision
        defer { runner.precision = usual }
        runner.precision =
            isMixedPrecision && runner.device.hasFastBFloat16 ? .bfloat16 : .float32
        let context = runner.evaluationContext
        if let model = runner.model as? any ValuePredicting {
            predictions = nil
            let predicted =
                runner.mode == PhaseStages.test.mode
                ? try model.testStep(batch, context) : try model.valStep(batch, context)
            try evaluator.process(batch, predicted: losses.taking(from: predicted))
        } else {
            let predictions = try runner.model.predict(batch, context)
            self.predictions = predictions
            if evaluator is any ValueEvaluator {
                try evaluator.process(batch, predicted: runner.model.predictions(predictions))
            } else {
                try evaluator.process(batch, predictions: predictions)
            }
        }
        batchesDone += 1
        progress?(batchesDone, runner.dataLoader?.batchesPerEpoch ?? batchesDone)
        return StepOutput(loss: nil, logVariables: [], sampleCount: batch.sampleCount)
    }

    /// Computes the metrics and hands them to the logs.
    func conclude(_ runner: BaseRunner) throws {
        conclude(
            with: try evaluator.compute()
                + losses.conclude(as: runner.mode ?? PhaseStages.validation.mode), runner)
    }

    /// Hands the metrics that a loop of the user's own has found to the logs.
    func conclude(with found: [(name: String, value: Double)], _ runner: BaseRunner) {
        metrics = found
        batchesDone = 0
        for (name, value) in metrics { runner.logBuffer.setOutput(name, value) }
        runner.logBuffer.isReady = true
    }

    /// Forgets what an evaluation that is not finished has taken in.
    func abandon() {
        if batchesDone > 0 { _ = try? evaluator.compute() }
        losses = ReportedLosses()
        batchesDone = 0
    }

    var savedMetrics: TorchValue {
        .dictionary(TorchDictionary(metrics.map { ($0.name, .double($0.value)) }))
    }

    func restoreMetrics(_ saved: TorchValue?) {
        metrics = (saved?.dictionary?.pairs ?? []).compactMap { name, value in
            guard let name = name.string, let value = value.double else { return nil }
            return (name, value)
        }
    }
}

extension BaseRunner {
    /// Whether a number may be a loss that the model's own `valStep` reports beside the metrics.
    func mayReport(_ name: String) -> Bool {
        name.contains("loss") && model is any ValuePredicting
    }

    /// Whether the phase in progress evaluates metrics.
    var isEvaluating: Bool { evaluation != nil && mode != nil && !isTraining }
}
