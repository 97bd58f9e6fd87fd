import Foundation
import MMRunner
import Testing

/// Counts the checkpoints that are loaded.
private final class LoadCounter: AfterLoadCheckpoint {
    var count = 0

    func afterLoadCheckpoint(_ runner: BaseRunner, _ checkpoint: inout Checkpoint) { count += 1 }
}

/// What users of MMEngine and MMPretrain write, and where they slip.
@Suite("configs as users write them") struct FamiliarConfigTests {
    /// Three iterations on the digits.
    private func digits(_ toy: Toy, _ overrides: String...) throws -> Runner {
        let config = try ConfigFile.load(
            Repository.path("configs/digits/resnet18_digits_iter_new.json"),
            overrides: [
                "work_dir=\(toy.workDir)", "log_level=ERROR", "train_cfg.max_iters=3",
                "param_scheduler=None",
            ] + overrides)
        return try Runner.fromConfig(config, environment: [:])
    }

    @Test("a classifier takes MMEngine's ImgDataPreprocessor, to the same bits")
    func imagePreprocessor() throws {
        let (first, second) = (Toy(), Toy())
        defer {
            first.remove()
            second.remove()
        }
        let usual = try digits(first)
        let other = try digits(
            second, "data_preprocessor._delete_=True", "data_preprocessor.type=ImgDataPreprocessor",
            "data_preprocessor.mean=[77.84,77.84,77.84]",
            "data_preprocessor.std=[95.92,95.92,95.92]", "data_preprocessor.bgr_to_rgb=True")
        #expect(try usual.train().stateDictionary() == other.train().stateDictionary())
        #expect(try usual.val() == other.val())
    }

    @Test("a topk beyond the classes is told before anything runs")
    func topK() throws {
        let toy = Toy()
        defer { toy.remove() }
        let runner = try digits(toy, "val_evaluator.topk=[1,50]")
        let line = toy.message { try runner.train() }.split(separator: "\n").first
        #expect(
            line?.hasSuffix(
                ": val_evaluator: Accuracy: there is no top-50 among 10 classes; lower topk")
                == true)
        #expect(runner.iter == 0)
    }

    @Test("overrides of names that nothing reads are told")
    func idleOverrides() throws {
        let config = try ConfigFile.load(
            Repository.path("configs/digits/resnet18_digits_new.json"),
            overrides: ["norm.mean=[1]", "shared=2", "train_cfg.max_epochs=3"])
        #expect(
            try TopLevelKeys(config.root).idleOverrides(of: config.root) == [
                "--cfg-options: norm: nothing reads this name, it changes nothing",
                "--cfg-options: shared: nothing reads this name, it changes nothing",
            ])
    }

    @Test("a batch that the data does not fill names the style's own key")
    func batchSize() throws {
        let toy = Toy()
        defer { toy.remove() }
        let runner = try digits(
            toy, "train_dataloader.batch_size=2000", "train_dataloader.drop_last=True")
        let line = toy.message { try runner.train() }.split(separator: "\n").first
        #expect(
            line?.hasSuffix(
                ": train_dataloader.dataset: 1437 samples do not fill a batch of 2000, and drop_last leaves them out; lower batch_size, or leave drop_last out"
            ) == true)
    }

    @Test("a metric for schedules that validations do not give is told before anything runs")
    func monitoredMetric() throws {
        let toy = Toy()
        defer { toy.remove() }
        let runner = try toy.runner {
            $0 = $0.setting(
                "param_scheduler", to: ["type": "ReduceOnPlateauLR", "monitor": "toy/acuracy"])
        }
        #expect(
            toy.message { try runner.train() }
                == "param_scheduler.monitor: the validation has no metric \"toy/acuracy\"; known: toy/accuracy"
        )
        #expect(runner.iter == 0)
    }

    @Test("num_classes of a confusion matrix counts, and must suffice")
    func confusionMatrix() throws {
        func matrix(_ count: Int) throws -> [(name: String, value: MetricValue)] {
            let metric = try Registries.standard().metrics.build(
                ["type": "ConfusionMatrix", "num_classes": ConfigNode(.int(count))], at: "metric",
                BuildContext())
            let scores = PlainTensor([0.1, 0.7, 0.2, 0.8, 0.1, 0.1] as [Float], shape: [2, 3])
            let labels = DataValue.array(PlainTensor([2, 0] as [Int64], shape: [2]))
            try metric.process(
                Batch(.dictionary(DataDictionary([("gt_label", labels)])), sampleCount: 2),
                predictions: .array(scores))
            return try metric.computeMetrics()
        }
        let wide = try matrix(4)
        #expect(
            wide.first?.value
                == .matrix([[1, 0, 0, 0], [0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]))
        #expect(
            Toy().message { _ = try matrix(2) }
                == "ConfusionMatrix: class 2 occurs, but num_classes is 2")
    }

    @Test("val() after train() belongs to the last epoch, in hooks and records")
    func validationAfterTraining() throws {
        let toy = Toy()
        defer { toy.remove() }
        let places = ValidationPlaces()
        let runner = try toy.runner()
        try runner.registerHook(.built(places))
        try runner.train()
        try runner.val()
        #expect(places.epochs == [1, 2, 3, 3] && places.iterations == [3, 6, 9, 9])
        let records = "\(toy.workDir)/\(runner.timestamp)/vis_data/scalars.json"
        let lines = try String(contentsOfFile: records, encoding: .utf8).split(separator: "\n")
        #expect(lines.suffix(2).allSatisfy { $0.hasSuffix("\"step\": 3}") })
    }

    @Test("after_load_checkpoint acts once a checkpoint", arguments: [false, true])
    func loadedOnce(resumes: Bool) throws {
        let toy = Toy()
        defer { toy.remove() }
        try toy.runner().train()
        let counter = LoadCounter()
        let runner = try toy.runner {
            $0 = $0.setting("load_from", to: ConfigNode(.string(toy.workDir + "/epoch_1.pth")))
            $0 = $0.setting("resume", to: ConfigNode(.bool(resumes)))
        }
        try runner.registerHook(.built(counter))
        try runner.train()
        #expect(counter.count == 1)
    }

    @Test("DumpResults makes the folder of its file") func dumpFolder() throws {
        let toy = Toy()
        defer { toy.remove() }
        let file = toy.folder + "/new/results.pkl"
        let runner = try toy.runner {
            $0 = $0.setting(
                "test_evaluator",
                to: [["type": "DumpResults", "out_file_path": ConfigNode(.string(file))]])
        }
        try runner.test()
        #expect(FileManager.default.fileExists(atPath: file))
    }

    @Test("checkpoints know the name of the run")
    func experimentName() throws {
        let toy = Toy()
        defer { toy.remove() }
        let runner = try toy.runner { $0 = $0.setting("experiment_name", to: "mine") }
        try runner.train()
        let file = try Checkpoint.read(toy.workDir + "/epoch_3.pth")
        let info = file.others["message_hub"]?["runtime_info"]
        #expect(info?["experiment_name"]?.string == "mine_\(runner.timestamp)")
    }

    @Test("keys that change nothing here are said once")
    func idleKeys() throws {
        let toy = Toy()
        let runner = try toy.runner {
            $0 = $0.setting("activation_checkpointing", to: ["mlp"])
        }
        #expect(
            try runner.experiment.notes == [
                "without meaning here, ignored: activation_checkpointing"
            ])
    }
}
