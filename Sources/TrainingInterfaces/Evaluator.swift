public import TensorCore

/// Turns predictions into metrics.
public protocol Evaluator: AnyObject {
    /// Takes in what the model predicted for a batch.
    func process(_ batch: Batch, predictions: PlainTensor) throws
    /// The metrics of all batches since the last call, in the order in which they are logged.
    func compute() throws -> [(name: String, value: Double)]
}

/// An evaluator that can tell its metrics before anything is evaluated.
public protocol ForeseeableEvaluator: Evaluator {
    /// The names of the metrics, in the order of `compute`; nil where they depend on the predictions.
    var metricNames: [String]? { get }
}

/// An evaluator that gives more than single numbers.
public protocol DetailedEvaluator: Evaluator {
    /// What `compute` gives, lists and matrices included; it takes the place of that call.
    func computeDetails() throws -> [(name: String, value: MetricValue)]
}
