public import NeuralNet

/// A model whose predictions may be of any form, not only an array with a row a sample.
public protocol ValuePredicting: TrainableModel {
    /// What the model predicts for a batch, as it is.
    func predictValue(_ batch: Batch, _ context: ForwardContext) throws -> DataValue
}

/// An evaluator that takes predictions of any form.
public protocol ValueEvaluator: Evaluator {
    /// Takes in what the model predicted for a batch.
    func process(_ batch: Batch, predictions: DataValue) throws
}
