import TensorCore

/// Precision, recall and F1 score of every class, in percent.
struct ClassRates {
    let precision: [Double]
    let recall: [Double]
    let f1Score: [Double]
}

/// The best-scored class of every sample beside its true one.
///
/// Source: `precision_recall_f1` and `support` in MMClassification 0.x.
struct ClassCounts {
    /// How many samples each class really has.
    let actual: [Int]
    private let predictions: [(label: Int, predicted: Int, score: Float)]

    init(_ scores: PlainTensor, _ labels: [Int64], classes: Int) {
        let values = scores.floats
        var actual = [Int](repeating: 0, count: classes)
        predictions = labels.enumerated().map { row, label in
            let rowScores = values[(row * classes)..<((row + 1) * classes)]
            let best = rowScores.indices.reduce(rowScores.startIndex) { best, place in
                rowScores[place] > rowScores[best] ? place : best
            }
            return (Int(label), best - rowScores.startIndex, rowScores[best])
        }
        for (label, _, _) in predictions where actual.indices.contains(label) { actual[label] += 1 }
        self.actual = actual
    }

    /// The rates where only scores above `threshold` count as predictions.
    func rates(above threshold: Float) -> ClassRates {
        var predicted = [Int](repeating: 0, count: actual.count)
        var correct = predicted
        for (label, prediction, score) in predictions where !(score <= threshold) {
            predicted[prediction] += 1
            if prediction == label { correct[prediction] += 1 }
        }
        func percent(_ totals: [Int]) -> [Double] {
            zip(correct, totals).map { Double($0) / Double(max($1, 1)) * 100 }
        }
        let (precision, recall) = (percent(predicted), percent(actual))
        let f1Score = zip(precision, recall).map {
            2 * $0 * $1 / max($0 + $1, Double(Float.ulpOfOne))
        }
        return ClassRates(precision: precision, recall: recall, f1Score: f1Score)
    }
}
