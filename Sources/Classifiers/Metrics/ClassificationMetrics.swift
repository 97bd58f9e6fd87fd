import Foundation
public import TensorCore

/// Which numbers an evaluation gives, and how they are taken.
///
/// Source: `BaseDataset.evaluate` in MMClassification 0.x.
public struct ClassificationMetrics: Sendable, Equatable {
    /// A number that tells how good predictions are.
    public enum Metric: String, Sendable, CaseIterable {
        case accuracy
        case precision
        case recall
        case f1Score = "f1_score"
        case support
    }

    /// What becomes of the numbers of single classes.
    public enum AverageMode: String, Sendable {
        /// Their mean (for `support` their sum).
        case macro
        /// They are given one by one.
        case none
    }

    /// The scores a prediction must exceed to count.
    public enum Thresholds: Sendable, Equatable {
        /// One score, which names do not repeat.
        case single(Double)
        /// Several scores; each makes a number of its own.
        case several([Double])

        /// The scores.
        public var values: [Double] {
            switch self {
            case .single(let value): [value]
            case .several(let values): values
            }
        }
    }

    /// A metric's value.
    public enum Value: Sendable, Equatable {
        case number(Double)
        case perClass([Double])
    }

    /// The wanted numbers.
    public var metrics: Set<Metric> = [.accuracy]
    /// Among how many of the best scores the right class may be, for the accuracies.
    public var topK = TopK.several([1, 5])
    /// The scores a prediction must exceed.
    public var thresholds = Thresholds.single(0)
    /// Whether classes are averaged.
    public var averageMode = AverageMode.macro

    /// Top-1 and top-5 accuracy.
    public init() {}

    /// The numbers, in the original's order: accuracies, support, precision, recall, F1 score.
    ///
    /// Shape: `scores` is `[N, K]`, `labels` holds `N` indices.
    /// Units: percent, but for `support`, which counts samples.
    /// Errors: throws `ShapeError` where the counts disagree, or there are no samples.
    public func evaluate(_ scores: PlainTensor, _ labels: [Int64]) throws
        -> [(name: String, value: Value)]
    {
        let classes = try classCount(scores, labels)
        guard !labels.isEmpty else { throw ShapeError("metrics: there are no samples") }
        var results: [(name: String, value: Value)] = []
        if metrics.contains(.accuracy) { results += try accuracies(scores, labels) }
        let counts = ClassCounts(scores, labels, classes: classes)
        if metrics.contains(.support) {
            results.append(("support", support(counts.actual)))
        }
        let rates = thresholds.values.map { counts.rates(above: Float($0)) }
        let kinds: [(Metric, KeyPath<ClassRates, [Double]>)] = [
            (.precision, \.precision), (.recall, \.recall), (.f1Score, \.f1Score),
        ]
        for (metric, values) in kinds where metrics.contains(metric) {
            results += named(metric.rawValue, rates.map { averaged($0[keyPath: values]) })
        }
        return results
    }

    private func accuracies(_ scores: PlainTensor, _ labels: [Int64]) throws
        -> [(name: String, value: Value)]
    {
        let shares = try Accuracy.topK(scores, labels, topK.values, thresholds: thresholds.values)
        return zip(topK.values, shares).flatMap { k, shares in
            let name =
                switch topK {
                case .single: "accuracy"
                case .several: "accuracy_top-\(k)"
                }
            return named(name, shares.map { .number(Double($0)) })
        }
    }

    private func named(_ name: String, _ values: [Value]) -> [(name: String, value: Value)] {
        switch thresholds {
        case .single: values.map { (name, $0) }
        case .several(let scores):
            zip(scores, values).map { ("\(name)_thr_\(String(format: "%.2f", $0))", $1) }
        }
    }

    private func averaged(_ values: [Double]) -> Value {
        switch averageMode {
        case .none: .perClass(values)
        case .macro: .number(values.reduce(0, +) / Double(values.count))
        }
    }

    private func support(_ counts: [Int]) -> Value {
        switch averageMode {
        case .none: .perClass(counts.map(Double.init))
        case .macro: .number(Double(counts.reduce(0, +)))
        }
    }
}
