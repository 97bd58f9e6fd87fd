import Classifiers
import ConfigCore
import Experiments
import Foundation
import TensorCore
import TestSupport
import Testing
import TorchFile
import TrainingInterfaces
import WorkflowRunner

/// Predictions and what MMPretrain's metrics made of them.
private struct RecordedMetrics {
    let root: ConfigNode

    init() throws {
        let url = FixtureLocation.own("metrics.json")
        root = try Config.parse(text: String(contentsOf: url, encoding: .utf8), name: "metrics")
    }

    private func floats(_ key: String) -> [Float] {
        (root[key]?.list ?? []).flatMap { $0.list ?? [] }.map { Float($0.double ?? .nan) }
    }

    private func integers(_ key: String) -> [Int64] {
        (root[key]?.list ?? []).map { Int64($0.int ?? -1) }
    }

    /// Batches of five samples with what was predicted for them.
    func batches(_ kind: String) -> [(Batch, DataValue)] {
        let classes = 6
        let labels = integers("labels")
        let scores = floats(kind == "multi" ? "multi_scores" : "scores")
        let (predicted, targets) = (integers("predicted"), floats("targets"))
        return stride(from: 0, to: labels.count, by: 5).map { start in
            let range = start..<min(labels.count, start + 5)
            let wide = (start * classes)..<(range.upperBound * classes)
            let right: (String, DataValue) =
                kind == "multi"
                ? (
                    "gt_score",
                    .array(PlainTensor(Array(targets[wide]), shape: [range.count, classes]))
                )
                : ("gt_label", .array(PlainTensor(Array(labels[range]), shape: [range.count])))
            let batch = Batch(.dictionary(DataDictionary([right])), sampleCount: range.count)
            return (
                batch,
                .array(
                    kind == "label"
                        ? PlainTensor(Array(predicted[range]), shape: [range.count])
                        : PlainTensor(Array(scores[wide]), shape: [range.count, classes]))
            )
        }
    }

    /// The same as samples in a list, which hold what is right themselves.
    func samples(_ kind: String) -> [DataValue] {
        batches(kind).flatMap { batch, predictions -> [DataValue] in
            guard case .array(let table) = predictions else { return [] }
            return (0..<batch.sampleCount).map { row in
                let width = table.shape.count == 2 ? table.shape[1] : 1
                let score =
                    kind == "label"
                    ? ("pred_label", DataValue.int(Int(table.integers?[row] ?? -1)))
                    : (
                        "pred_score",
                        .array(
                            PlainTensor(
                                Array(table.floats[(row * width)..<((row + 1) * width)]),
                                shape: [width]))
                    )
                let label = (
                    "gt_label", DataValue.int(Int(batch.array("gt_label")?.integers?[row] ?? -1))
                )
                return .dictionary(DataDictionary([score, label]))
            }
        }
    }
}

@Suite("metrics of new-style configs") struct MetricTests {
    private static func evaluator(_ config: ConfigNode) throws -> MetricEvaluator {
        let built = try EvaluatorForm.config(config).build(registry: .standardMetrics())
        return try #require(built as? MetricEvaluator)
    }

    @Test("names and values are those of MMPretrain 1.2.0")
    func recorded() throws {
        let recorded = try RecordedMetrics()
        for item in recorded.root["cases"]?.list ?? [] {
            let evaluator = try Self.evaluator(item["config"] ?? [:])
            let kind = item["kind"]?.string ?? ""
            for (batch, predictions) in recorded.batches(kind) {
                try evaluator.process(batch, predictions: predictions)
            }
            let numbers = try evaluator.compute()
            let expected = item["metrics"]?.list ?? []
            #expect(evaluator.results.map(\.name) == expected.map { $0[0]?.string })
            if kind != "label" { #expect(evaluator.metricNames == evaluator.results.map(\.name)) }
            #expect(
                numbers.map(\.name)
                    == expected.filter { $0[1]?.double != nil }.map { $0[0]?.string })
            for (result, pair) in zip(evaluator.results, expected) {
                #expect(Self.agrees(result.value, pair[1] ?? [:]), "\(result) \(item)")
            }
            guard kind == "score" else { continue }
            #expect(
                try evaluator.offlineEvaluate(recorded.samples(kind), chunkSize: 4).map(\.value)
                    == evaluator.results.map(\.value))
        }
    }

    private static func agrees(_ value: MetricValue, _ expected: ConfigNode) -> Bool {
        func near(_ a: Double, _ b: Double?) -> Bool { b.map { abs(a - $0) < 1e-5 } ?? false }
        switch value {
        case .number(let number): return near(number, expected.double)
        case .integer(let number):
            if case .int(number) = expected.value { return true }
            return false
        case .integers(let numbers): return numbers == expected.list?.map { $0.int ?? -1 }
        case .list(let numbers):
            return numbers.count == expected.list?.count
                && zip(numbers, expected.list ?? []).allSatisfy { near($0, $1.double) }
        case .matrix(let rows):
            return rows == expected.list?.map { $0.list?.map { $0.int ?? -1 } ?? [] }
        }
    }

    @Test("labels that the batches lack come from the data set")
    func knownLabels() throws {
        let recorded = try RecordedMetrics()
        let labels = recorded.root["labels"]?.list?.map { Int64($0.int ?? -1) }
        let evaluator = try EvaluatorForm.config(["type": "Accuracy"])
            .build(registry: .standardMetrics(), labels: labels)
        for (batch, predictions) in recorded.batches("score") {
            guard case .array(let scores) = predictions else { continue }
            try evaluator.process(
                Batch(.dictionary(DataDictionary()), sampleCount: batch.sampleCount),
                predictions: scores)
        }
        #expect(
            try evaluator.compute().map { "\($0.name) \(Float($0.value))" } == [
                "accuracy/top1 56.521736"
            ])
    }

    // MARK: The five forms of an evaluator

    @Test("an evaluator may be built")
    func formEvaluator() throws {
        let built = try MetricEvaluator([AccuracyMetric()])
        #expect(try EvaluatorForm.evaluator(built).build(registry: .standardMetrics()) === built)
    }

    @Test("an evaluator may be a metric's config")
    func formConfig() throws {
        #expect(try Self.evaluator(["type": "Accuracy"]).metrics.count == 1)
    }

    @Test("an evaluator may be a list of configs")
    func formConfigs() throws {
        let evaluator = try Self.evaluator([
            ["type": "Accuracy", "topk": 1], ["type": "mmpretrain.SingleLabelMetric"],
        ])
        #expect(
            evaluator.metricNames == [
                "accuracy/top1", "single-label/precision", "single-label/recall",
                "single-label/f1-score",
            ])
    }

    @Test("an evaluator may be a list of built metrics")
    func formMetrics() throws {
        let form = EvaluatorForm.metrics([AccuracyMetric(), SingleLabelMetric()])
        let evaluator = try form.build(registry: .standardMetrics()) as? MetricEvaluator
        #expect(evaluator?.metrics.count == 2)
    }

    @Test("an evaluator may be a mapping with one metric or several under metrics")
    func formMapping() throws {
        #expect(try Self.evaluator(["metrics": ["type": "Accuracy"]]).metrics.count == 1)
        #expect(
            try Self.evaluator([
                "type": "Evaluator",
                "metrics": [["type": "Accuracy"], ["type": "ConfusionMatrix"]],
            ]).metrics.count == 2)
    }

    // MARK: Errors

    @Test("two metrics of one name are an error before anything is evaluated")
    func duplicates() throws {
        let error = #expect(throws: RunnerError.self) {
            try Self.evaluator([["type": "Accuracy"], ["type": "Accuracy", "topk": [5, 1]]])
        }
        #expect(
            error?.description
                == "val_evaluator: two metrics give \"accuracy/top1\"; give one of them another prefix"
        )
        let prefixed: ConfigNode = [["type": "Accuracy"], ["type": "Accuracy", "prefix": "b"]]
        #expect(try Self.evaluator(prefixed).metricNames == ["accuracy/top1", "b/top1"])
    }

    @Test(
        "a metric's config is read to the letter",
        arguments: [
            (
                ["type": "Accuracy", "topK": 5],
                "val_evaluator.topK: unknown key; did you mean topk?"
            ),
            (
                ["type": "SingleLabelMetric", "items": ["f1_score"]],
                "val_evaluator.items: \"f1_score\" is not a known item; did you mean \"f1-score\"?"
            ),
            (
                ["type": "Accurcy"],
                "val_evaluator.type: \"Accurcy\" is not a known metric; did you mean \"Accuracy\"?"
            ),
            (
                ["type": "AveragePrecision", "average": "micro"],
                "val_evaluator.average: expected \"macro\" or nothing, got the string \"micro\""
            ),
            (
                ["type": "DumpResults", "out_file_path": "a.json"],
                "val_evaluator.out_file_path: \"a.json\" is no pickle file; end it in .pkl"
            ),
            (
                ["type": "Accuracy", "collect_device": "tpu"],
                "val_evaluator.collect_device: expected \"cpu\" or \"gpu\", got the string \"tpu\""
            ),
        ] as [(ConfigNode, String)])
    func refusals(config: ConfigNode, message: String) throws {
        let error = #expect(throws: ConfigError.self) { try Self.evaluator(config) }
        #expect(error?.issues.map(\.message) == [message])
    }

    @Test("more classes than there are cannot be the best ones")
    func tooManyClasses() throws {
        let evaluator = try Self.evaluator(["type": "Accuracy", "topk": [1, 7]])
        for (batch, predictions) in try RecordedMetrics().batches("score") {
            try evaluator.process(batch, predictions: predictions)
        }
        let error = #expect(throws: ShapeError.self) { try evaluator.compute() }
        #expect(
            "\(error?.description ?? "")"
                == "Accuracy: there is no top-7 among 6 classes; lower topk")
    }

    @Test("predictions are written to a file that Python's pickle reads")
    func dump() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).pkl")
        defer { try? FileManager.default.removeItem(at: path) }
        let evaluator = try Self.evaluator([
            "type": "DumpResults", "out_file_path": ConfigNode(.string(path.path())),
        ])
        for (batch, predictions) in try RecordedMetrics().batches("score") {
            try evaluator.process(batch, predictions: predictions)
        }
        #expect(try evaluator.compute().isEmpty)
        let samples = try PlainPickle.read(path: path.path()).elements
        #expect(samples?.count == 23)
        #expect(
            samples?.first?.dictionary?.names == [
                "num_classes", "gt_label", "pred_score", "pred_label",
            ])
    }

    @Test("samples whose classes the model has chosen are written as they are, with what is right")
    func dumpOfChosenClasses() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).pkl")
        defer { try? FileManager.default.removeItem(at: path) }
        let evaluator = try Self.evaluator([
            ["type": "DumpResults", "out_file_path": ConfigNode(.string(path.path()))],
            ["type": "MultiLabelMetric", "topk": 1],
        ])
        let shares = PlainTensor([1, 0, 1, 0, 1, 0] as [Float], shape: [2, 3])
        let batch = Batch(
            .dictionary(DataDictionary([("gt_score", .array(shares))])), sampleCount: 2)
        let chosen: [(scores: [Float], labels: [Int64])] = [
            ([0.9, 0.1, 0.8], [0, 2]), ([0.2, 0.4, 0.3], []),
        ]
        try evaluator.process(
            batch,
            predictions: .samples(
                chosen.map { scores, labels in
                    DataSample([
                        ("pred_score", .array(PlainTensor(scores, shape: [3]))),
                        ("pred_label", .array(PlainTensor(labels, shape: [labels.count]))),
                    ])
                }))
        #expect(try evaluator.compute().first?.name == "multi-label/precision_top1")
        let samples = try #require(try PlainPickle.read(path: path.path()).elements)
        #expect(samples.map { $0["pred_label"]?.tensor?.shape } == [[2], [0]])
        #expect(
            try samples.map { try $0["gt_score"]?.tensor?.float32Values() } == [
                [1, 0, 1], [0, 1, 0],
            ])
    }
}
