import Foundation
import MMRunner
import Testing

/// Notes loss and rate of every iteration.
private final class Notes: AfterTrainIteration {
    var rows: [[Double]] = []

    func afterTrainIteration(_ runner: BaseRunner) throws {
        let loss = Double(try runner.outputs?.loss?.value.scalar() ?? .nan)
        rows.append([loss, try runner.currentLearningRates.first?.values.first ?? .nan])
    }
}

@Suite("checkpoints of MMEngine") struct MMEngineCheckpointTests {
    private struct Recorded: Decodable {
        let iterations: [[Double]]
    }

    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures")

    @Test("v18_mmengineFileIsResumed: a file of mmengine 0.10.7 goes on as MMEngine itself does")
    func v18_mmengineFileIsResumed() throws {
        let folder = NSTemporaryDirectory() + "mmengine-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let notes = Notes()
        let runner = try Runner(
            model: .built(MyAwesomeModel(layers: 1, Device(threads: 1), .manualSeed(7))),
            workDir: folder,
            trainDataloader: .built(
                DataLoader(
                    dataset: MyDataset(isTrain: true, size: 256), batchSize: 64, shuffle: true)),
            trainCfg: ["by_epoch": true, "max_epochs": 4],
            optimWrapper: ["optimizer": ["type": "Adam", "lr": 0.05]],
            paramScheduler: [
                [
                    "type": "LinearLR", "start_factor": 0.5, "by_epoch": false, "begin": 0,
                    "end": 10,
                ],
                ["type": "MultiStepLR", "milestones": [3], "gamma": 0.1],
            ], customHooks: .built([notes]),
            loadFrom: Self.fixtures.appending(path: "mmengine_epoch_2.pth").path, resume: true,
            logLevel: "ERROR", randomness: ["seed": 0])
        try runner.train()
        let recorded = try JSONDecoder().decode(
            Recorded.self,
            from: Data(contentsOf: Self.fixtures.appending(path: "mmengine_epochs.json")))
        let expected = recorded.iterations.suffix(8)
        #expect(runner.epoch == 4 && runner.iter == 16 && notes.rows.count == expected.count)
        for (row, wanted) in zip(notes.rows, expected) {
            #expect(abs(row[0] - wanted[0]) <= 1e-5, "loss \(row[0]), not \(wanted[0])")
            #expect(abs(row[1] - wanted[1]) <= 1e-12, "rate \(row[1]), not \(wanted[1])")
        }
    }
}
