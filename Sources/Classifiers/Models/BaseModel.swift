public import NeuralNet
public import TensorCore
public import TrainingInterfaces

/// What a forward pass is for.
public enum ForwardMode: String, Sendable {
    /// To learn from: it ends in losses.
    case loss
    /// To evaluate: it ends in predictions.
    case predict
    /// To look at: it ends in what the network gives.
    case tensor
}

/// What a forward pass gives.
public enum ForwardResult {
    /// Losses and numbers to log, of the mode `loss`.
    case losses(LossTerms)
    /// Predictions as the metrics take them, of the mode `predict`.
    case predictions(DataValue)
    /// What the network gives, of the mode `tensor`.
    case tensor(Variable)
}

/// A model that says only what its forward pass is; the steps of training and evaluation follow from it.
///
/// One that updates its parameters in a way of its own implements `trainStep` and gives back no loss;
/// one that evaluates in a way of its own implements `valStep` or `testStep`.
/// Source: MMEngine's `BaseModel`.
public protocol BaseModel: ValuePredicting {
    /// What the forward pass takes; a batch with other parts is refused unless it `takesAnyParts`.
    associatedtype Input: BatchInput
    /// What is done with batches first; nil takes them as they are.
    var dataPreprocessor: (any DataPreprocessor)? { get }
    /// The forward pass.
    func forward(_ input: Input, mode: ForwardMode, _ context: ForwardContext) throws
        -> ForwardResult
}

extension BaseModel {
    /// Takes batches as they are.
    public var dataPreprocessor: (any DataPreprocessor)? { nil }

    /// The losses of a training batch.
    public func trainStep(
        _ batch: Batch, _ optimizers: OptimizerSet, _ context: ForwardContext
    ) throws -> StepOutput {
        try losses(batch, context)
    }

    /// The losses of a validation batch.
    public func validationStep(_ batch: Batch, _ context: ForwardContext) throws -> StepOutput {
        try losses(batch, context)
    }

    /// What the model predicts for a batch, as `forward` gives it.
    public func predictValue(_ batch: Batch, _ context: ForwardContext) throws -> DataValue {
        switch try run(batch, .predict, context) {
        case .predictions(let value): return value
        case .tensor(let output):
            return .array(PlainTensor(try output.value.plainValues(), shape: output.shape))
        case .losses: throw unexpected(.predict, "losses")
        }
    }

    /// The predictions of a model whose predictions are an array.
    public func predict(_ batch: Batch, _ context: ForwardContext) throws -> PlainTensor {
        guard case .array(let array) = try predictValue(batch, context) else {
            throw unexpected(.predict, "predictions that are no array")
        }
        return array
    }

    /// The losses of a batch: all of them as `loss`, and each under its name.
    public func losses(_ batch: Batch, _ context: ForwardContext) throws -> StepOutput {
        guard case .losses(let terms) = try run(batch, .loss, context) else {
            throw unexpected(.loss, "no losses")
        }
        return try parseLosses(terms, sampleCount: batch.sampleCount, context)
    }

    /// What is minimised and logged of the losses that `forward` gave: their sum as `loss` comes first.
    ///
    /// Source: `BaseModel.parse_losses` of MMEngine, which logs a loss of that name in place of the sum.
    public func parseLosses(
        _ losses: LossTerms, sampleCount: Int, _ context: ForwardContext
    ) throws -> StepOutput {
        try losses.stepOutput(sampleCount: sampleCount, style: .mmengine, context)
    }

    private func run(_ batch: Batch, _ mode: ForwardMode, _ context: ForwardContext) throws
        -> ForwardResult
    {
        let batch = try dataPreprocessor?(batch, context) ?? batch
        let parts = try BatchParts(batch)
        let input = try Input(parts)
        if !Input.takesAnyParts {
            // Loaders tell where images come from and, outside training, what is right.
            try parts.checkAllTaken(
                by: "\(type(of: self))",
                except: context.mode == .training ? ["img_metas"] : ["img_metas", "gt_label"])
        }
        return try forward(input, mode: mode, context)
    }

    private func unexpected(_ mode: ForwardMode, _ result: String) -> BatchError {
        BatchError("\(type(of: self)): forward in the mode \"\(mode.rawValue)\" gave \(result)")
    }
}
