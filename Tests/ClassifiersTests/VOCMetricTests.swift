import Classifiers
import ConfigCore
import TensorCore
import Testing
import TrainingInterfaces

/// Objects that are hard to make out count as MMPretrain 1.2.0 counts them.
@Suite("metrics of PASCAL VOC") struct VOCMetricTests {
    /// Batches of four images, whose marks stand in the batch or in what describes each image.
    private static func batches(_ root: ConfigNode, inMetas: Bool) throws -> [(Batch, DataValue)] {
        func classes(_ key: String) throws -> [[Int]] {
            (try part(root, key).list ?? []).map { $0.list?.compactMap(\.int) ?? [] }
        }
        let (plain, difficult) = (try classes("plain"), try classes("difficult"))
        let scores = (try part(root, "scores").list ?? []).map { $0.numbers.map { Float($0) } }
        let width = scores[0].count
        func row(_ classes: [Int]) -> [Int64] { (0..<width).map { classes.contains($0) ? 1 : 0 } }
        return stride(from: 0, to: scores.count, by: 4).map { start in
            let range = start..<min(scores.count, start + 4)
            let shape = [range.count, width]
            let marks = range.map { row(difficult[$0]) }
            let targets = plain[range].flatMap(row).map { Float($0) }
            var fields = DataDictionary([("gt_score", .array(PlainTensor(targets, shape: shape)))])
            if inMetas {
                fields["img_metas"] = .list(
                    marks.map {
                        let array = DataValue.array(PlainTensor($0, shape: [width]))
                        return .dictionary(DataDictionary([("gt_label_difficult", array)]))
                    })
            } else {
                fields["gt_label_difficult"] = .array(
                    PlainTensor(marks.flatMap(\.self), shape: shape))
            }
            let table = PlainTensor(scores[range].flatMap(\.self), shape: shape)
            return (Batch(.dictionary(fields), sampleCount: range.count), .array(table))
        }
    }

    @Test("have the original's names and values", arguments: [false, true])
    func recorded(inMetas: Bool) throws {
        let root = try fixture("voc_metrics")
        let registry = Registry<any BaseMetric>.classificationMetrics()
        let batches = try Self.batches(root, inMetas: inMetas)
        let cases = try part(root, "cases").list ?? []
        #expect(cases.count == 11)
        for entry in cases {
            let metric = try registry.build(
                part(entry, "metric"), at: "val_evaluator", BuildContext())
            // The second time shows that nothing of the first is left.
            for _ in 0..<2 {
                metric.reset()
                for (batch, predictions) in batches {
                    try metric.process(batch, predictions: predictions)
                }
                let found = try metric.computeMetrics()
                let expected = Array(try part(entry, "values").mapping ?? ConfigMapping())
                #expect(found.map { "multi-label/\($0.name)" } == expected.map(\.key), "\(entry)")
                for ((_, value), (_, node)) in zip(found, expected) {
                    let numbers: [Double] =
                        switch value {
                        case .list(let values): values
                        default: [value.number ?? .nan]
                        }
                    let wanted = node.list == nil ? [node.double ?? .nan] : node.numbers
                    #expect(numbers.count == wanted.count)
                    let deviation = zip(numbers, wanted).map { abs($0 - $1) }.max()
                    #expect((deviation ?? 1) < 1e-4, "\(entry)")
                }
            }
        }
    }
}
