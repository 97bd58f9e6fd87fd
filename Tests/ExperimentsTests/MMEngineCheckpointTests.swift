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

    private struct Run: Decodable {
        let iterations: [[Double]]
        let validations: [[String: Double]]
    }

    /// Notes the metrics of validations.
    private final class Validations: AfterValidationEpoch {
        var rows: [[String: Double]] = []

        func afterValidationEpoch(_ runner: BaseRunner) throws {
            let metrics = runner.evaluation?.metrics ?? []
            let found = Dictionary(metrics.map { ($0.name, $0.value) }) { $1 }
            rows.append(found.merging(["epoch": Double(runner.epoch)]) { $1 })
        }
    }

    @Test("a digits config follows mmpretrain 1.2.0 from the same seed: losses, rates, metrics")
    func sameSeed() throws {
        let folder = NSTemporaryDirectory() + "mmpretrain-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (notes, validations) = (Notes(), Validations())
        var config = try Config.load(
            path: Repository.path("configs/digits/resnet18_digits_new.json")
        ).root
        let plain: ConfigNode = [["type": "LoadImageFromFile"], ["type": "PackInputs"]]
        let changes: [([String], ConfigNode)] = [
            (["model", "backbone", "base_channels"], 4),
            (["model", "backbone", "stem_channels"], 4), (["model", "head", "in_channels"], 32),
            (["train_dataloader", "batch_size"], 240),
            (["train_dataloader", "dataset", "pipeline"], plain),
            (["optim_wrapper", "clip_grad"], ["max_norm": 5]),
            (["optim_wrapper", "optimizer", "lr"], 0.005),
            (["param_scheduler", "milestones"], [2]),
            (
                ["train_cfg"],
                ["by_epoch": true, "max_epochs": 3, "val_begin": 2, "val_interval": 1]
            ),
        ]
        for (path, node) in changes { config = Self.changing(config, path, node) }
        let run = try Runner(
            model: .config(#require(config["model"])), workDir: folder,
            trainDataloader: .config(#require(config["train_dataloader"])),
            valDataloader: .config(#require(config["val_dataloader"])),
            trainCfg: config["train_cfg"], valCfg: [:],
            optimWrapper: .config(#require(config["optim_wrapper"])),
            paramScheduler: .config(#require(config["param_scheduler"])),
            valEvaluator: [["type": "Accuracy", "topk": [1]], ["type": "SingleLabelMetric"]],
            customHooks: .built([notes, validations]),
            dataPreprocessor: config["data_preprocessor"], logLevel: "ERROR",
            defaultScope: "mmpretrain", randomness: ["seed": 0])
        try run.train()
        let recorded = try JSONDecoder().decode(
            Run.self, from: Data(contentsOf: Self.fixtures.appending(path: "mmpretrain_run.json")))
        #expect(notes.rows.count == recorded.iterations.count)
        for (number, (row, wanted)) in zip(notes.rows, recorded.iterations).enumerated() {
            let bound = max(1e-5, 10 * wanted[2])
            #expect(
                abs(row[0] - wanted[0]) <= bound, "loss \(number): \(row[0]), not \(wanted[0])")
            #expect(abs(row[1] - wanted[1]) <= 1e-12, "rate \(number): \(row[1])")
        }
        let rounded = [validations.rows, recorded.validations].map { rows in
            rows.map { $0.mapValues { ($0 * 100).rounded() / 100 } }
        }
        #expect(rounded[0] == rounded[1])
    }

    private static func changing(_ node: ConfigNode, _ path: [String], _ value: ConfigNode)
        -> ConfigNode
    {
        guard let key = path.first else { return value }
        return node.setting(
            key, to: changing(node[key] ?? [:], Array(path.dropFirst()), value))
    }
}
