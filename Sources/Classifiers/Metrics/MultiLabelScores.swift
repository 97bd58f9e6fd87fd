public import TensorCore

/// Which numbers an evaluation gives where a sample may have several classes.
///
/// Source: `MultiLabelDataset.evaluate` in MMClassification 0.x, in double precision as there.
public struct MultiLabelScores: Sendable, Equatable {
    /// A number that tells how good predictions are; `C` is the mean over classes, `O` over all samples.
    public enum Metric: String, Sendable, CaseIterable {
        case meanAveragePrecision = "mAP"
        case classPrecision = "CP"
        case classRecall = "CR"
        case classF1 = "CF1"
        case overallPrecision = "OP"
        case overallRecall = "OR"
        case overallF1 = "OF1"
    }

    /// The wanted numbers.
    public var metrics: Set<Metric> = [.meanAveragePrecision]
    /// Which scores count as predicted; `mAP` goes without.
    public var choice = MultiLabelMetric.Choice.threshold(0.5)

    /// The mean average precision.
    public init() {}

    /// The names, in the original's order.
    public var names: [String] { Metric.allCases.filter(metrics.contains).map(\.rawValue) }

    /// The numbers, in the original's order.
    ///
    /// Shape: `scores` is `[N, K]`, `targets` has a number for each: 1 where the class is right, 0 where
    /// not, -1 where it is difficult, which `mAP` leaves out and the others take for 0.
    /// Units: percent.
    /// Errors: throws `ShapeError` where the counts disagree, or there are no samples.
    public func evaluate(_ scores: PlainTensor, _ targets: [Int8]) throws
        -> [(name: String, value: Double)]
    {
        guard scores.shape.count == 2, scores.floats.count == targets.count else {
            throw ShapeError("metrics: scores \(scores.shape) for \(targets.count) targets")
        }
        guard !targets.isEmpty else { throw ShapeError("metrics: there are no samples") }
        let table = Table(scores.floats, targets, classes: scores.shape[1])
        var values: [Metric: Double] = [:]
        if metrics.contains(.meanAveragePrecision) {
            values[.meanAveragePrecision] = table.meanAveragePrecision
        }
        if metrics != [.meanAveragePrecision] {
            values.merge(rates(table.counts(choice))) { $1 }
        }
        return Metric.allCases.filter(metrics.contains).map { ($0.rawValue, values[$0] ?? 0) }
    }

    private func rates(_ counts: Table.Counts) -> [Metric: Double] {
        func share(_ part: Int, of whole: Int) -> Double {
            Double(part) / max(Double(whole), Self.epsilon)
        }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        func harmonic(_ a: Double, _ b: Double) -> Double { 2 * a * b / max(a + b, Self.epsilon) }
        let precision = 100 * mean(zip(counts.correct, counts.predicted).map(share))
        let recall = 100 * mean(zip(counts.correct, counts.actual).map(share))
        let correct = counts.correct.reduce(0, +)
        let overallPrecision = 100 * share(correct, of: counts.predicted.reduce(0, +))
        let overallRecall = 100 * share(correct, of: counts.actual.reduce(0, +))
        return [
            .classPrecision: precision, .classRecall: recall,
            .classF1: harmonic(precision, recall), .overallPrecision: overallPrecision,
            .overallRecall: overallRecall, .overallF1: harmonic(overallPrecision, overallRecall),
        ]
    }

    fileprivate static let epsilon = Double(Float.ulpOfOne)

    /// Scores and targets of all samples, row by row.
    private struct Table {
        /// Numbers of samples by class.
        struct Counts {
            var correct: [Int]
            var predicted: [Int]
            var actual: [Int]
        }

        let scores: [Float]
        let targets: [Int8]
        let classes: Int
        var rows: Range<Int> { 0..<(targets.count / max(1, classes)) }

        init(_ scores: [Float], _ targets: [Int8], classes: Int) {
            self.scores = scores
            self.targets = targets
            self.classes = classes
        }

        var meanAveragePrecision: Double {
            100 * (0..<classes).reduce(0) { $0 + averagePrecision($1) } / Double(classes)
        }

        /// The mean of the precisions at each right sample, by falling score.
        private func averagePrecision(_ place: Int) -> Double {
            // Of equal scores the first sample comes first.
            let order = rows.sorted {
                (scores[$0 * classes + place], -$0) > (scores[$1 * classes + place], -$1)
            }
            var (right, seen, sum) = (0, 0, 0.0)
            for row in order {
                let target = targets[row * classes + place]
                if target != -1 { seen += 1 }
                guard target == 1 else { continue }
                right += 1
                sum += Double(right) / max(Double(seen), MultiLabelScores.epsilon)
            }
            return sum / max(Double(right), MultiLabelScores.epsilon)
        }

        func counts(_ choice: MultiLabelMetric.Choice) -> Counts {
            let zeros = [Int](repeating: 0, count: classes)
            var counts = Counts(correct: zeros, predicted: zeros, actual: zeros)
            for row in rows {
                let start = row * classes
                let values = scores[start..<(start + classes)]
                for (place, isPredicted) in choice.predicted(Array(values)).enumerated() {
                    let isRight = targets[start + place] == 1
                    if isRight { counts.actual[place] += 1 }
                    guard isPredicted else { continue }
                    counts.predicted[place] += 1
                    if isRight { counts.correct[place] += 1 }
                }
            }
            return counts
        }
    }
}
