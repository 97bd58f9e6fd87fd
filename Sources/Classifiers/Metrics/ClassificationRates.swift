import TrainingInterfaces

/// One of the rates of a classifier.
public enum RateItem: String, Sendable, CaseIterable {
    case precision
    case recall
    case f1Score = "f1-score"
    case support
}

/// Precision, recall, F1 score and support of counts of samples, in single precision as the original.
///
/// Source: `_precision_recall_f1_support` of MMPretrain.
struct ClassificationRates {
    private let values: [RateItem: MetricValue]

    /// The rates of counts by class: samples that were found, that were predicted and that there are.
    init(correct: [Int], predicted: [Int], actual: [Int], average: RateAverage) {
        func totals(_ counts: [Int]) -> [Int] {
            average == .micro ? [counts.reduce(0, +)] : counts
        }
        let (correct, predicted, actual) = (totals(correct), totals(predicted), totals(actual))
        func percent(_ all: [Int]) -> [Float] {
            zip(correct, all).map { Float($0) / Float(max($1, 1)) * 100 }
        }
        let (precision, recall) = (percent(predicted), percent(actual))
        let f1 = zip(precision, recall).map { 2 * $0 * $1 / max($0 + $1, Float.ulpOfOne) }
        func numbers(_ rates: [Float]) -> MetricValue {
            average == .classwise
                ? .list(rates.map(Double.init))
                : .number(Double(rates.reduce(0, +) / Float(rates.count)))
        }
        values = [
            .precision: numbers(precision), .recall: numbers(recall), .f1Score: numbers(f1),
            .support: average == .classwise
                ? .integers(actual) : .integer(actual.reduce(0, +)),
        ]
    }

    /// The rates that are asked for, in the original's order.
    func items(_ wanted: [RateItem]) -> [(item: RateItem, value: MetricValue)] {
        RateItem.allCases.filter(wanted.contains).compactMap { item in
            values[item].map { (item, $0) }
        }
    }
}
