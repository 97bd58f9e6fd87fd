import Classifiers
import ConfigCore
import NeuralNet
import TensorCore
import Testing
import TrainingInterfaces

@Suite("metrics") struct MetricTests {
    @Test("have the original's names, order and values")
    func recorded() throws {
        let bench = try Workbench()
        let root = try fixture("metric_cases")
        let shape = try part(root, "shape").numbers.map { Int($0) }
        let scores = PlainTensor(try part(root, "scores").numbers.map { Float($0) }, shape: shape)
        let labels = try part(root, "labels").numbers.map { Int64($0) }
        let cases = try part(root, "cases").list ?? []
        #expect(cases.count == 10)
        for entry in cases {
            let config: ConfigNode = [
                "metric": try part(entry, "metric"), "metric_options": try part(entry, "options"),
            ]
            let metrics = try config.decode(at: "evaluation") {
                try ClassificationMetrics(from: &$0, classCount: shape[1], bench.context)
            }
            let results = try metrics.evaluate(scores, labels)
            let expected = try part(entry, "expected").list ?? []
            #expect(results.map(\.name) == expected.compactMap { $0[0]?.string })
            let deviations = zip(results, expected).map { result, recorded in
                deviation(result.value, recorded[1])
            }
            // Accuracies are single precision on both sides, the others double.
            #expect((deviations.max() ?? 1) < 1e-5, "\(config)")
        }
        #expect(bench.warnings.issues.isEmpty)
    }

    private func deviation(_ value: ClassificationMetrics.Value, _ recorded: ConfigNode?) -> Double
    {
        switch value {
        case .number(let number): abs(number - (recorded?.double ?? .infinity))
        case .perClass(let numbers):
            zip(numbers, recorded?.numbers ?? []).map { abs($0 - $1) }.max() ?? .infinity
        }
    }

    @Test("an accuracy counts ranks, strictly above the threshold, in single precision")
    func accuracy() throws {
        let scores = PlainTensor(
            [0.1, 0.7, 0.2] + [0.5, 0.25, 0.25] + [0, 0.5, 0.5] as [Float], shape: [3, 3])
        #expect(try Accuracy.topK(scores, [1, 2, 2], [1, 2, 3]) == [33.333332, 66.666664, 100])
        #expect(try Accuracy.topK(scores, [1, 2, 2], [9]) == [100])
        #expect(try Accuracy.topK(scores, [1, 2, 2], [3], threshold: 0.5) == [33.333332])
        #expect(try Accuracy.topK(scores, [1, 9, -100], [3]) == [33.333332])
        let several = try Accuracy.topK(scores, [1, 2, 2], [1, 3], thresholds: [0.2, 0.25])
        #expect(several == [[33.333332, 33.333332], [100, 66.666664]])
    }

    @Test("an evaluator takes labels from batches, or from the data set where they have none")
    func evaluator() throws {
        let scores = PlainTensor([0.9, 0.1, 0.4, 0.6] as [Float], shape: [2, 2])
        let image = PlainTensor.pattern([2, 1, 1, 1])
        var metrics = ClassificationMetrics()
        metrics.topK = .single(1)
        metrics.metrics = [.accuracy, .support]
        metrics.averageMode = .none
        let evaluators = [
            ClassificationEvaluator(metrics),
            ClassificationEvaluator(metrics, labels: [0, 0, 1, 1]),
        ]
        let names = ["accuracy", "support_class-0", "support_class-1"]
        for (evaluator, labels) in zip(
            evaluators, [[[0, 0], [1, 1]], [nil, nil]] as [[[Int64]?]])
        {
            for _ in 0..<2 {
                for batchLabels in labels {
                    try evaluator.process(.images(image, labels: batchLabels), predictions: scores)
                }
                let results = try evaluator.compute()
                #expect(results.map(\.name) == names)
                #expect(results.map(\.value) == [50, 2, 2])
            }
            #expect(evaluator.predictions.shape == [4, 2])
            #expect(evaluator.trueLabels == [0, 0, 1, 1])
        }
        let error = #expect(throws: BatchError.self) {
            try evaluators[0].process(.images(image), predictions: scores)
        }
        #expect(
            error?.description
                == "batch: there is no \"gt_label\" of 2 class numbers; the pipeline's Collect must "
                + "list it in keys")
    }

    @Test("parts of the data are evaluated one by one where they are to be")
    func parts() throws {
        var metrics = ClassificationMetrics()
        metrics.topK = .single(1)
        let evaluator = ClassificationEvaluator(
            metrics, labels: [0, 1, 1, 0], partCounts: [3, 1])
        #expect(evaluator.metricNames == ["0_accuracy", "1_accuracy"])
        let image = PlainTensor.pattern([2, 1, 1, 1])
        let scores = PlainTensor([0.9, 0.1, 0.4, 0.6] as [Float], shape: [2, 2])
        for _ in 0..<2 { try evaluator.process(.images(image), predictions: scores) }
        let results = try evaluator.compute()
        #expect(results.map(\.name) == ["0_accuracy", "1_accuracy"])
        #expect(results.map { Float($0.value) } == [66.666664, 0])
    }
}
