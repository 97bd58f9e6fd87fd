public import NeuralNet
public import TensorCore

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

/// A model that says of rows of scores which classes count as predicted.
public protocol LabelPredicting: TrainableModel {
    /// The classes that count as predicted for each sample; nil where the best one alone does.
    ///
    /// Shape: `scores` is `[N, K]`, as `predict` gives them.
    func predictedLabels(_ scores: PlainTensor) throws -> [[Int]]?
}

extension TrainableModel {
    /// Scores as metrics take them: the table itself, or samples where the model chooses their classes.
    package func predictions(_ scores: PlainTensor) throws -> DataValue {
        guard let labels = try (self as? any LabelPredicting)?.predictedLabels(scores) else {
            return .array(scores)
        }
        let (width, values) = (scores.shape.last ?? 1, scores.floats)
        return .samples(
            labels.enumerated().map { row, labels in
                let own = Array(values[(row * width)..<((row + 1) * width)])
                return DataSample([
                    ("num_classes", .int(width)),
                    ("pred_score", .array(PlainTensor(own, shape: [width]))),
                    (
                        "pred_label",
                        .array(PlainTensor(labels.map(Int64.init), shape: [labels.count]))
                    ),
                ])
            })
    }
}

/// An evaluator that takes predictions of any form.
public protocol ValueEvaluator: Evaluator {
    /// Takes in what the model predicted for a batch.
    func process(_ batch: Batch, predictions: DataValue) throws
}
