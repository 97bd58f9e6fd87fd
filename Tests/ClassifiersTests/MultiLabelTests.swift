import Classifiers
import ConfigCore
import TensorCore
import Testing
import TrainingInterfaces

@Suite("metrics of samples with several classes") struct MultiLabelTests {
    @Test("have the original's names, order and values")
    func recorded() throws {
        let root = try fixture("multi_label_cases")
        let shape = try part(root, "shape").numbers.map { Int($0) }
        let scores = PlainTensor(try part(root, "scores").numbers.map { Float($0) }, shape: shape)
        let targets = try part(root, "targets").numbers.map { Int8($0) }
        let cases = try part(root, "cases").list ?? []
        #expect(cases.count == 9)
        for entry in cases {
            let metrics = try Self.metrics([
                "metric": try part(entry, "metric"), "metric_options": try part(entry, "options"),
            ])
            let results = try metrics.evaluate(scores, targets)
            let expected = try part(entry, "expected").list ?? []
            #expect(results.map(\.name) == expected.compactMap { $0[0]?.string })
            #expect(metrics.names == results.map(\.name))
            let deviation = zip(results, expected).map { abs($0.value - ($1[1]?.double ?? .nan)) }
                .max()
            #expect((deviation ?? 1) < 1e-9, "\(entry)")
        }
    }

    private static func metrics(_ config: ConfigNode) throws -> MultiLabelScores {
        try config.decode(at: "evaluation") { try MultiLabelScores(from: &$0) }
    }

    @Test("an evaluator takes classes from batches, or from the data set where they have none")
    func evaluator() throws {
        let scores = PlainTensor([0.9, 0.2, 0.6, 0.7] as [Float], shape: [2, 2])
        let targets = PlainTensor([1, 0, 0, 1] as [Int64], shape: [2, 2])
        let labelled = Batch(
            .dictionary(DataDictionary([("gt_label", .array(targets))])), sampleCount: 2)
        let bare = Batch(.dictionary(DataDictionary()), sampleCount: 2)
        let metrics = try Self.metrics(["metric": ["mAP", "OP", "OR"]])
        for (evaluator, batch) in [
            (MultiLabelEvaluator(metrics), labelled),
            (MultiLabelEvaluator(metrics, targets: [1, 0, 0, 1]), bare),
        ] {
            for _ in 0..<2 {
                try evaluator.process(batch, predictions: scores)
                let results = try evaluator.compute()
                #expect(results.map(\.name) == ["mAP", "OP", "OR"])
                #expect(
                    zip(results, [100, 200 / 3.0, 100]).allSatisfy { abs($0.value - $1) < 1e-9 })
            }
        }
        let error = #expect(throws: BatchError.self) {
            try MultiLabelEvaluator(metrics).process(bare, predictions: scores)
        }
        #expect(
            error?.description
                == "evaluation: the batch has no \"gt_label\" of 2 numbers a sample; the pipeline's "
                + "Collect must list it in keys")
    }

    @Test("say what is wrong with an evaluation")
    func messages() throws {
        let cases: [(ConfigNode, String)] = [
            (
                ["metric": "accuracy"],
                "evaluation.metric: \"accuracy\" is not a known metric of multi-label data sets; "
                    + "known: mAP, CP, CR, CF1, OP, OR, OF1"
            ),
            (
                ["metric": ["map"]],
                "evaluation.metric: \"map\" is not a known metric of multi-label data sets; did you "
                    + "mean \"mAP\"?"
            ),
            (
                ["metric_options": ["thrs": 0.5]],
                "evaluation.metric_options.thrs: unknown key; did you mean thr?"
            ),
            (
                ["metric_options": ["k": 0]],
                "evaluation.metric_options.k: expected a positive integer, got the number 0"
            ),
        ]
        for (config, message) in cases {
            let error = #expect(throws: ConfigError.self) { try Self.metrics(config) }
            #expect(error?.issues.map(\.message) == [message])
        }
    }
}
