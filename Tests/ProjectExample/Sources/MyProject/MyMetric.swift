import MMRunner

/// How many percent of the samples get the right label.
final class MyMetric: BaseMetric {
    let prefix: String? = "my"
    let metricNames: [String]? = ["accuracy"]
    private var correct = 0
    private var size = 0

    func process(_ batch: Batch, predictions: DataValue) throws {
        guard case .tuple(let parts) = predictions, parts.count == 2,
            case .array(let scores) = parts[0], case .array(let labels) = parts[1]
        else { throw BatchError("MyMetric: expected scores and labels") }
        for (row, label) in (labels.integers ?? []).enumerated() {
            let isSecond = scores.floats[2 * row + 1] > scores.floats[2 * row]
            correct += isSecond == (label == 1) ? 1 : 0
            size += 1
        }
    }

    func computeMetrics() -> [(name: String, value: MetricValue)] {
        [("accuracy", .number(100 * Double(correct) / Double(size)))]
    }

    func reset() { (correct, size) = (0, 0) }
}
