public import TensorCore

/// Turns predictions into metrics.
public protocol Evaluator: AnyObject {
    /// Takes in what the model predicted for a batch.
    func process(_ batch: Batch, predictions: PlainTensor) throws
    /// The metrics of all batches since the last call, in the order in which they are logged.
    func compute() throws -> [(name: String, value: Double)]
}
