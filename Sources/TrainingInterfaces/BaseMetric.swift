/// Gathers what a model predicted, and turns it into numbers.
///
/// Source: MMEngine's `BaseMetric`.
public protocol BaseMetric: AnyObject {
    /// What stands before the names of its numbers: `accuracy` makes `accuracy/top1`. Nil for nothing.
    var prefix: String? { get }
    /// The names of its numbers without the prefix; nil where they depend on the predictions.
    var metricNames: [String]? { get }

    /// Takes in what was predicted for a batch.
    ///
    /// - Parameters:
    ///   - batch: The batch as its loader made it.
    ///   - predictions: What the model's `predict` returned: an array with a row a sample, a list with
    ///     an element a sample, or whatever else a model of one's own gives.
    /// - Throws: An error where they are not what the metric works on.
    func process(_ batch: Batch, predictions: DataValue) throws

    /// The numbers of everything that was taken in, in the order in which they are logged.
    ///
    /// - Throws: An error where they cannot be computed.
    func computeMetrics() throws -> [(name: String, value: MetricValue)]

    /// Forgets what was taken in: another evaluation begins.
    func reset()
}

extension BaseMetric {
    /// Nobody knows.
    public var metricNames: [String]? { nil }
}

/// What a metric gives under one name.
public enum MetricValue: Sendable, Equatable {
    case number(Double)
    /// A count.
    case integer(Int)
    /// One number a class.
    case list([Double])
    /// One count a class.
    case integers([Int])
    /// Rows of counts.
    case matrix([[Int]])

    /// The value, where it is one number.
    public var number: Double? {
        switch self {
        case .number(let value): value
        case .integer(let value): Double(value)
        case .list, .integers, .matrix: nil
        }
    }
}
