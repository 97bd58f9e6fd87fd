public import NeuralNet

/// A model whose predictions may be of any form, not only an array with a row a sample.
public protocol ValuePredicting: TrainableModel {
    /// What the model predicts for a batch, as it is.
    func predictValue(_ batch: Batch, _ context: ForwardContext) throws -> DataValue
    /// What a validation gives to its metrics for a batch; losses may stand at its end.
    ///
    /// Source: `BaseModel.val_step` of MMEngine.
    func valStep(_ batch: Batch, _ context: ForwardContext) throws -> DataValue
    /// What a test gives to its metrics for a batch; losses may stand at its end.
    ///
    /// Source: `BaseModel.test_step` of MMEngine.
    func testStep(_ batch: Batch, _ context: ForwardContext) throws -> DataValue
}

extension ValuePredicting {
    /// The predictions.
    public func valStep(_ batch: Batch, _ context: ForwardContext) throws -> DataValue {
        try predictValue(batch, context)
    }

    /// The predictions.
    public func testStep(_ batch: Batch, _ context: ForwardContext) throws -> DataValue {
        try predictValue(batch, context)
    }
}

/// An evaluator that takes predictions of any form.
public protocol ValueEvaluator: Evaluator {
    /// Takes in what the model predicted for a batch.
    func process(_ batch: Batch, predictions: DataValue) throws
}
