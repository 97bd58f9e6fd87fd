import Foundation
import MMRunner
import Testing

/// Notes the stages of validations and the metrics found.
private final class ValidationNotes: AfterValidationEpoch {
    var epochs: [Int] = []
    var accuracies: [Double] = []

    func afterValidationEpoch(_ runner: BaseRunner) throws {
        epochs.append(runner.epoch)
        accuracies.append(runner.evaluation?.metrics.first?.value ?? 0)
    }
}

@Suite("MMEngine's Runner") struct RunnerTests {
    private static func folder() -> String {
        NSTemporaryDirectory() + "runner-\(UUID().uuidString)"
    }

    @Test("the tutorial's example in objects and in configs: the same bits, 93 % and more")
    func tutorial() throws {
        let notes = ValidationNotes()
        let (first, second) = (Self.folder(), Self.folder())
        defer {
            for path in [first, second] { try? FileManager.default.removeItem(atPath: path) }
        }
        let device = try Device(threads: 1)
        let runner = try Runner(
            model: .built(
                MyAwesomeModel(layers: 2, activation: "relu", device, .manualSeed(0))),
            workDir: first,
            trainDataloader: .built(
                DataLoader(
                    dataset: MyDataset(isTrain: true, size: 10000), batchSize: 64, shuffle: true,
                    numWorkers: 2)),
            valDataloader: .built(
                DataLoader(
                    dataset: MyDataset(isTrain: false, size: 1000), batchSize: 1000,
                    shuffle: false, numWorkers: 2)),
            trainCfg: ["by_epoch": true, "max_epochs": 10, "val_begin": 2, "val_interval": 1],
            valCfg: [:],
            optimWrapper: ["optimizer": ["type": .type(Adam.self), "lr": 0.001]],
            paramScheduler: [
                "type": "MultiStepLR", "by_epoch": true, "milestones": [4, 8], "gamma": 0.1,
            ],
            valEvaluator: .built(MyAccuracy()),
            defaultHooks: ["checkpoint": ["type": "CheckpointHook", "interval": 1]],
            customHooks: .built([notes]), logLevel: "ERROR", randomness: ["seed": 0])
        let model = try runner.train()
        #expect(notes.epochs == Array(2...10))
        #expect(try #require(notes.accuracies.last) >= 93)
        #expect(runner.epoch == 10 && runner.iter == 1570)

        var registries = Registries.standard()
        registries.models.classifiers.register("MyAwesomeModel") { reader, context in
            try MyAwesomeModel(
                layers: reader.value("layers", default: 4),
                activation: reader.value("activation", default: "relu"),
                context.value(), context.value())
        }
        registries.datasets.register("MyDataset") { reader, _ in
            MyDataset(
                isTrain: try reader.required("is_train"), size: try reader.required("size"))
        }
        let twin = try Runner(
            model: ["type": "MyAwesomeModel", "layers": 2, "activation": "relu"], workDir: second,
            trainDataloader: [
                "dataset": ["type": "MyDataset", "is_train": true, "size": 10000],
                "sampler": ["type": "DefaultSampler", "shuffle": true],
                "collate_fn": ["type": "default_collate"], "batch_size": 64, "pin_memory": true,
                "num_workers": 2,
            ],
            trainCfg: ["by_epoch": true, "max_epochs": 10, "val_begin": 2, "val_interval": 1],
            optimWrapper: ["optimizer": ["type": .type(Adam.self), "lr": 0.001]],
            paramScheduler: [
                "type": "MultiStepLR", "by_epoch": true, "milestones": [4, 8], "gamma": 0.1,
            ], logLevel: "ERROR", randomness: ["seed": 0], registries: registries)
        #expect(try twin.train().stateDictionary() == model.stateDictionary())
    }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch { return "\(error)" }
    }

    @Test("N2: the parts of a phase stand together or not at all")
    func n2_partsTogether() {
        #expect(
            message {
                _ = try Runner.fromConfig(
                    [
                        "model": [:], "work_dir": "w",
                        "train_cfg": ["by_epoch": true, "max_epochs": 1],
                    ])
            }
                == "train_cfg: given without train_dataloader, optim_wrapper; give all of train_dataloader, train_cfg, optim_wrapper or none"
        )
        #expect(
            message {
                _ = try Runner(
                    model: ["type": "ResNet"], workDir: "w", paramScheduler: ["type": "StepLR"])
            } == "param_scheduler: given without optim_wrapper; give both, or leave it out")
        #expect(
            message {
                _ = try Runner(
                    model: ["type": "ResNet"], workDir: "w", trainDataloader: [:],
                    trainCfg: ["by_epoch": false, "max_epochs": 3], optimWrapper: [:])
            }
                == "train_dataloader.dataset: required key is missing")
        #expect(
            message {
                _ = try Runner(
                    model: ["type": "ResNet"], workDir: "w",
                    optimWrapper: ["type": "SGD", "lr": 0.1])
            }
                == "optim_wrapper: given without train_dataloader, train_cfg; give all of train_dataloader, train_cfg, optim_wrapper or none"
        )
    }
}
