import ConfigCore
import Drawing
import Experiments
import Foundation
import Testing

/// A log in one of its forms, and what its curves are.
private struct LogCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let name: String
    let lines: [String]
    let axis: TrainingLog.Axis
    /// What the log is called, keys, and the points of their curves.
    let title: String
    let curves: [(key: String, points: [[Double]])]

    static let all = [
        LogCase(
            testDescription: "MMCV by epochs", name: "20220101_100000.log.json",
            lines: [
                #"{"env_info": "Linux", "seed": 0, "epoch": 3, "iter": 237, "time": "Sat"}"#,
                #"{"mode": "train", "epoch": 1, "iter": 5, "lr": 0.1, "loss": 3.0, "time": 0.5}"#,
                #"{"mode": "train", "epoch": 1, "iter": 10, "lr": 0.1, "loss": NaN, "time": 0.25}"#,
                #"{"mode": "val", "epoch": 1, "iter": 4, "lr": 0.1, "accuracy_top-1": 50.0, "loss": 9.0}"#,
                #"{"mode": "train", "epoch": 2, "iter": 5, "lr": 0.1, "loss": 2.0, "time": 0.5}"#,
                #"{"mode": "val", "epoch": 2, "iter": 4, "lr": 0.1, "accuracy_top-1": 75.0, "loss": 8.0}"#,
            ], axis: .epochs, title: "20220101_100000",
            curves: [
                ("lr", [[0.5, 0.1], [1, 0.1], [1.5, 0.1]]),
                ("accuracy_top-1", [[1, 50], [2, 75]]), ("val/loss", [[1, 9], [2, 8]]),
            ]),
        LogCase(
            testDescription: "MMCV by iterations", name: "20220101_100000.log.json",
            lines: [
                #"{"mode": "train", "epoch": 1, "iter": 10, "loss": 3.0}"#,
                #"{"mode": "train", "epoch": 2, "iter": 20, "loss": 2.0}"#,
                #"{"mode": "val", "epoch": 2, "iter": 20, "accuracy_top-1": 50.0}"#,
            ], axis: .iterations, title: "20220101_100000",
            curves: [("loss", [[10, 3], [20, 2]]), ("accuracy_top-1", [[20, 50]])]),
        LogCase(
            testDescription: "MMEngine by epochs", name: "20220101_100000/vis_data/scalars.json",
            lines: [
                #"{"lr": 0.1, "loss": 3.0, "time": 0.5, "epoch": 1, "iter": 4, "step": 4}"#,
                #"{"accuracy/top1": 50.0, "data_time": 0.1, "time": 0.2, "step": 1}"#,
                #"{"lr": 0.1, "loss": 2.0, "time": 0.5, "epoch": 2, "iter": 8, "step": 8}"#,
                #"{"accuracy/top1": 75.0, "data_time": 0.1, "time": 0.2, "step": 2}"#,
            ], axis: .epochs, title: "20220101_100000",
            curves: [
                ("loss", [[1, 3], [2, 2]]), ("accuracy/top1", [[1, 50], [2, 75]]),
                ("val/time", [[1, 0.2], [2, 0.2]]),
            ]),
        LogCase(
            testDescription: "MMEngine by iterations",
            name: "20220101_100000/vis_data/scalars.json",
            lines: [
                #"{"lr": 0.1, "loss": 3.0, "iter": 10, "step": 10}"#,
                #"{"accuracy/top1": 50.0, "step": 0}"#,
                #"{"lr": 0.1, "loss": 2.0, "iter": 20, "step": 20}"#,
            ], axis: .iterations, title: "20220101_100000",
            curves: [("loss", [[10, 3], [20, 2]]), ("accuracy/top1", [[10, 50]])]),
    ]
}

@Suite("logs of trainings") struct TrainingLogTests {
    private func write(_ lines: [String], to path: String) throws {
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: path).deletingLastPathComponent(),
            withIntermediateDirectories: true)
        try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "logs-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    @Test("curves of both forms, by epochs and by iterations", arguments: LogCase.all)
    private func curves(_ item: LogCase) throws {
        try withFolder { folder in
            try write(item.lines, to: "\(folder)/\(item.name)")
            for path in [folder, "\(folder)/\(item.name)"] {
                let log = try TrainingLog(path)
                #expect(log.axis == item.axis && log.name == item.title && !log.isCut)
                for (key, points) in item.curves {
                    #expect(try log.curve(key) == points.map { Point($0[0], $0[1]) }, "\(key)")
                }
            }
        }
    }

    @Test("times are summed up in the original's lines; the newest log of a folder counts")
    func times() throws {
        try withFolder { folder in
            func row(_ epoch: Int, _ iteration: Int, _ time: Double) -> String {
                "{\"mode\": \"train\", \"epoch\": \(epoch), \"iter\": \(iteration), \"time\": \(time)}"
            }
            try write([row(1, 1, 9)], to: "\(folder)/20210101_000000.log.json")
            let file = "\(folder)/20220101_000000.log.json"
            try write(
                [
                    row(1, 1, 2), row(1, 2, 0.5), row(1, 3, 0.7), row(2, 1, 0.6), row(2, 2, 0.4),
                    row(2, 3, 0.4), "{\"mode\": \"tra",
                ], to: file)
            let log = try TrainingLog(folder)
            #expect(log.isCut)
            #expect(
                try log.timeLines(includesOutliers: false) == [
                    "-----Analyze train time of \(file)-----",
                    "slowest epoch 1, average time is 0.6000",
                    "fastest epoch 2, average time is 0.4000", "time std over epochs is 0.1000",
                    "average iter time: 0.5000 s/iter", "",
                ])
            #expect(
                try log.timeLines(includesOutliers: true)[1...4] == [
                    "slowest epoch 1, average time is 1.0667",
                    "fastest epoch 2, average time is 0.4667", "time std over epochs is 0.3000",
                    "average iter time: 0.7667 s/iter",
                ])
        }
    }
}
