import Foundation
import NeuralNet
import TensorCore
import Testing
import TorchFile
import TrainingInterfaces
import WorkflowRunner

@Suite("checkpoints") struct CheckpointTests {
    private func trained(_ folder: String, epochs: Int = 2, _ hook: CheckpointHook) throws -> Toy {
        let toy = try Toy(workDirectory: folder, meta: TorchDictionary([("seed", 7)]))
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: epochs)
        try runner.register(OptimizerHook(), priority: .aboveNormal)
        try runner.register(hook)
        try runner.run([ToySource(3)], workflow: [("train", 1)])
        return toy
    }

    @Test("a file holds what MMCV's hold")
    func contents() throws {
        let folder = try TemporaryFolder()
        let toy = try trained(folder.path, CheckpointHook(interval: 1))
        #expect(folder.names == ["epoch_1.pth", "epoch_2.pth", "latest.pth"])
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/latest.pth")
                == "epoch_2.pth")
        let checkpoint = try Checkpoint.read(folder.path + "/latest.pth")
        #expect(checkpoint.meta["epoch"]?.int == 2)
        #expect(checkpoint.meta["iter"]?.int == 6)
        #expect(checkpoint.meta["CLASSES"]?.elements?.compactMap(\.string) == ["a", "b"])
        #expect(checkpoint.meta["hook_msgs"]?["last_ckpt"]?.string == folder.path + "/epoch_2.pth")
        #expect(checkpoint.state == (try toy.model.stateDictionary()))
        #expect(checkpoint.state.names == ["weight", "mean", "num_batches_tracked"])
        let group = checkpoint.optimizer?["param_groups"]?.elements?.first
        #expect(group?["params"]?.elements?.compactMap(\.int) == [0])
        #expect(group?["momentum"]?.double == 0.9)
        let state = checkpoint.optimizer?["state"]?.dictionary
        #expect(state?[key: .int(0)]?["momentum_buffer"]?.tensor?.shape == [2])
    }

    @Test("V8: a checkpoint names itself as the last one")
    func v8_lastCheckpointIsItself() throws {
        let folder = try TemporaryFolder()
        _ = try trained(folder.path, CheckpointHook(interval: 1))
        for epoch in 1...2 {
            let path = folder.path + "/epoch_\(epoch).pth"
            #expect(try Checkpoint.read(path).meta["hook_msgs"]?["last_ckpt"]?.string == path)
        }
    }

    @Test("V7: counting iterations names files after them")
    func v7_iterationsNameTheirFiles() throws {
        let folder = try TemporaryFolder()
        _ = try trained(folder.path, CheckpointHook(interval: 4, byEpoch: false))
        #expect(folder.names == ["iter_4.pth", "iter_6.pth", "latest.pth"])
        let checkpoint = try Checkpoint.read(folder.path + "/iter_4.pth")
        #expect(checkpoint.meta["iter"]?.int == 4)
        #expect(checkpoint.meta["epoch"]?.int == 1)
    }

    @Test("V4: our own iteration checkpoints name the iterations that are done")
    func v4_ourIterationsAreCountedRight() throws {
        let folder = try TemporaryFolder()
        let toy = try Toy(workDirectory: folder.path)
        let runner = try IterBasedRunner(toy.defaults, maxIterations: 3)
        try runner.register(OptimizerHook(), priority: .aboveNormal)
        try runner.register(CheckpointHook(interval: 1, byEpoch: false))
        try runner.run([ToySource(2)], workflow: [("train", 1)])
        let saved = try (1...3).map {
            try Checkpoint.read("\(folder.path)/iter_\($0).pth").meta["iter"]?.int
        }
        #expect(saved == [1, 2, 3])
    }

    @Test("a state dictionary tells the versions of its modules, as PyTorch's do")
    func metadata() throws {
        let folder = try TemporaryFolder()
        let array = PlainTensor([1] as [Float], shape: [1])
        let state = StateDictionary([
            ("backbone.conv1.weight", array), ("backbone.bn1.weight", array),
            ("backbone.bn1.num_batches_tracked", PlainTensor([3] as [Int64], shape: [])),
        ])
        let path = folder.path + "/a.pth"
        try Checkpoint(meta: TorchDictionary(), state: state).write(to: path)
        let saved = try TorchFile.read(path: path)["state_dict"]?.dictionary
        let metadata = saved?.attributes.first { $0.name == "_metadata" }?.value.dictionary
        #expect(metadata?.names == ["", "backbone", "backbone.conv1", "backbone.bn1"])
        #expect(metadata?["backbone.conv1"]?["version"]?.int == 1)
        #expect(metadata?["backbone.bn1"]?["version"]?.int == 2)
    }

    @Test("iterations of several GPUs are counted as those of one process")
    func gpuCount() throws {
        let folder = try TemporaryFolder()
        let toy = try Toy()
        let path = folder.path + "/epoch_2.pth"
        let texts: [(String, Int)] = [
            ("optimizer = dict(lr=0.1)\ngpu_ids = range(0, 8)\n", 80), ("gpu_ids = [0, 3]\n", 20),
            ("gpu_ids = [0]\n", 10), ("gpu_ids = []\n", 10), ("lr = 1\n", 10),
            ("gpu_ids = range(4)\n", 40),
        ]
        for (text, expected) in texts {
            let meta = TorchDictionary([
                ("epoch", 2), ("iter", 10), ("config", .string(text)), ("mmcv_version", "1.7.2"),
            ])
            try Checkpoint(meta: meta, state: try toy.model.stateDictionary()).write(to: path)
            let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 5)
            try runner.resume(path)
            #expect(runner.iteration == expected)
            #expect(runner.epoch == 2)
        }
        #expect(
            toy.lines.filter { $0.contains("GPU number") }.first?.hasSuffix(
                "the iteration number is changed due to change of GPU number: 10 iterations of 8 GPUs count as 80 here; the learning rate is what the config says"
            ) == true)
    }

    @Test("the newest checkpoint is the last one written that is intact")
    func newest() throws {
        let folder = try TemporaryFolder()
        #expect(NewestCheckpoint(in: folder.path).found == nil)
        #expect(NewestCheckpoint(in: folder.path + "/nowhere").found == nil)
        _ = try trained(folder.path, epochs: 3, CheckpointHook(interval: 1))
        #expect(
            NewestCheckpoint(in: folder.path).found?.name == folder.path + "/epoch_3.pth")
        // What somebody else keeps there is no candidate, and weights alone cannot be gone on from.
        let state = try Checkpoint.read(folder.path + "/epoch_1.pth").state
        for name in ["weights.pth", "epoch_9.pth"] {
            try Checkpoint(meta: TorchDictionary(), state: state).write(
                to: "\(folder.path)/\(name)")
        }
        try Data("torn".utf8).write(to: URL(fileURLWithPath: folder.path + "/epoch_3.pth"))
        let newest = NewestCheckpoint(in: folder.path)
        #expect(newest.found?.name == folder.path + "/epoch_2.pth")
        #expect(
            newest.passedOver.sorted() == [
                "\(folder.path)/epoch_3.pth: not a PyTorch file: it is text that begins \"torn\"; name a file that torch.save wrote",
                "\(folder.path)/epoch_9.pth: meta: it does not say after which epoch and iteration it was saved; start from its weights with load_from",
            ])
    }

    @Test("V9: exactly as many files are kept as asked for")
    func v9_lastFileCountsAmongThoseKept() throws {
        let folder = try TemporaryFolder()
        _ = try trained(folder.path, epochs: 7, CheckpointHook(interval: 2, maximumKept: 2))
        #expect(folder.names == ["epoch_6.pth", "epoch_7.pth", "latest.pth"])
    }

    @Test("names of files are made in Python's format")
    func templates() throws {
        for (template, expected) in [
            ("model_{}.pth", "model_1.pth"), ("{:03d}.pth", "001.pth"), ("{0:4}.pth", "   1.pth"),
            ("last.pth", "last.pth"), ("{{{0}}}.pth", "{1}.pth"),
        ] {
            let folder = try TemporaryFolder()
            _ = try trained(
                folder.path, epochs: 1, CheckpointHook(template: template, createsSymlink: false))
            #expect(folder.names == [expected])
        }
        let toy = try Toy(workDirectory: NSTemporaryDirectory())
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 1)
        for template in ["{", "{1}", "{:x}", "a/{}", "{name}.pth", ""] {
            let error = #expect(throws: RunnerError.self) {
                try runner.saveCheckpoint(template: template)
            }
            #expect(
                error?.description
                    == "save_checkpoint: \"\(template)\" does not make a file's name of a number; write one such as \"epoch_{}.pth\" or \"iter_{:06d}.pth\""
            )
        }
    }

    @Test("out_dir: a folder in it named like the work directory, checked before anything runs")
    func outDirectory() throws {
        let folder = try TemporaryFolder()
        let other = folder.path + "/elsewhere/deep"
        let toy = try trained(
            folder.path + "/run", epochs: 1, CheckpointHook(interval: 1, outDirectory: other))
        let saved = other + "/run"
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: saved).sorted()
                == ["epoch_1.pth", "latest.pth"])
        #expect(toy.lines.contains("Checkpoints will be saved to \(saved) by HardDiskBackend."))
        let file = folder.path + "/file"
        _ = FileManager.default.createFile(atPath: file, contents: Data())
        for (directory, message) in [
            (file + "/x", "\(file)/x: \(file) is not a folder; choose another one"),
            ("s3://bucket/x", "\"s3://bucket/x\" is not a local folder; name one on this machine"),
        ] {
            let toy = try Toy(workDirectory: folder.path + "/run")
            let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 1)
            try runner.register(CheckpointHook(outDirectory: directory))
            let error = #expect(throws: RunnerError.self) {
                try runner.run([ToySource(1)], workflow: [("train", 1)])
            }
            #expect(error?.description == "checkpoint_config.out_dir: \(message)")
            #expect(toy.output.contents == "")
        }
    }

    @Test("the state of another kind of optimizer is refused")
    func otherOptimizer() throws {
        let folder = try TemporaryFolder()
        let toy = try trained(folder.path, CheckpointHook(interval: 1))
        var checkpoint = try Checkpoint.read(folder.path + "/latest.pth")
        let group = TorchDictionary([
            ("lr", .double(0.1)), ("betas", .tuple([.double(0.9), .double(0.999)])),
            ("params", .list([.int(0)])),
        ])
        checkpoint.optimizer = .dictionary(
            TorchDictionary([
                ("state", .dictionary(TorchDictionary())),
                ("param_groups", .list([.dictionary(group)])),
            ]))
        let path = folder.path + "/adam.pth"
        try checkpoint.write(to: path)
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 5)
        let error = #expect(throws: CheckpointError.self) { try runner.resume(path) }
        #expect(
            error?.description
                == "\(path): optimizer: it is the state of another kind of optimizer, without momentum; "
                + "resume with the optimizer the checkpoint was trained with")
    }

    @Test("files of the run that is resumed stay where the new run saves elsewhere")
    func pruningElsewhere() throws {
        let first = try TemporaryFolder()
        let second = try TemporaryFolder()
        _ = try trained(first.path, epochs: 2, CheckpointHook(interval: 1, maximumKept: 2))
        let runner = try EpochBasedRunner(
            Toy(workDirectory: second.path).defaults, maxEpochs: 5)
        try runner.register(OptimizerHook(), priority: .aboveNormal)
        try runner.register(CheckpointHook(interval: 1, maximumKept: 2))
        try runner.resume(first.path + "/latest.pth")
        try runner.run([ToySource(3)], workflow: [("train", 1)])
        #expect(first.names == ["epoch_1.pth", "epoch_2.pth", "latest.pth"])
        #expect(second.names == ["epoch_4.pth", "epoch_5.pth", "latest.pth"])
    }

    @Test("V4: an iteration checkpoint of MMCV's counts one iteration too few")
    func v4_iterationsOfMMCVAreCountedRight() throws {
        let folder = try TemporaryFolder()
        let toy = try Toy()
        let meta = TorchDictionary([("epoch", 1), ("iter", 2), ("mmcv_version", "1.7.2")])
        try Checkpoint(meta: meta, state: try toy.model.stateDictionary()).write(
            to: folder.path + "/iter_3.pth")
        let runner = try IterBasedRunner(toy.defaults, maxIterations: 5)
        try runner.resume(folder.path + "/iter_3.pth")
        #expect(runner.iteration == 3)
        // What its runner by epochs saves counts right.
        let moved = folder.path + "/epoch_1.pth"
        try FileManager.default.moveItem(atPath: folder.path + "/iter_3.pth", toPath: moved)
        try runner.resume(moved)
        #expect(runner.iteration == 2)
    }

    @Test("messages of checkpoints that do not fit")
    func messages() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/other.pth"
        let meta = TorchDictionary([("epoch", 1), ("iter", 3)])
        let other = StateDictionary([
            ("weight", PlainTensor([1, 2, 3] as [Float], shape: [3])),
            ("layer3.1.conv1.weight", PlainTensor([1] as [Float], shape: [1])),
        ])
        try Checkpoint(meta: meta, state: other).write(to: path)
        let toy = try Toy()
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 2)
        let strict = #expect(throws: CheckpointError.self) { try runner.resume(path) }
        #expect(
            strict?.description
                == "\(path): state_dict: it does not fit the model: 1 missing (mean), 1 unexpected "
                + "(layer3.1.conv1.weight), 1 of another shape (weight: shape [3] does not fit [2] in "
                + "the model); the checkpoint seems to be of another depth, check model.backbone.depth"
        )
        let nothing = #expect(throws: CheckpointError.self) { try runner.loadCheckpoint(path) }
        #expect(
            nothing?.description
                == "\(path): nothing in it fits the model; its first entry is layer3.1.conv1.weight, the model's weight"
        )
    }

    @Test("what fits is loaded, the rest is told in MMCV's words")
    func partial() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/weights.pth"
        let state = StateDictionary([
            ("module.weight", PlainTensor([3, 4] as [Float], shape: [2])),
            ("module.extra", PlainTensor([1] as [Float], shape: [1])),
        ])
        try Checkpoint(meta: TorchDictionary(), state: state).write(to: path)
        let toy = try Toy()
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 2)
        try runner.loadCheckpoint(path)
        #expect(try toy.model.weight.value.plainValues() == [3, 4])
        let report =
            "The model and loaded state dict do not match exactly\n\nunexpected key in source "
            + "state_dict: extra\n\nmissing keys in source state_dict: mean\n"
        #expect(toy.output.contents.contains(report))
        #expect(toy.output.contents.contains("INFO - load checkpoint from local path: \(path)\n"))
    }

    @Test("the best checkpoint: 0 counts, and the one before goes")
    func v10_aScoreOfZeroCounts() throws {
        let folder = try TemporaryFolder()
        let toy = try Toy(workDirectory: folder.path)
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 3)
        try runner.register(OptimizerHook(), priority: .aboveNormal)
        var options = EvaluationOptions()
        options.saveBest = "accuracy_top-1"
        try runner.register(
            EvalHook(loader: ToySource(2), evaluator: ToyEvaluator([0, 50, 25]), options: options),
            priority: .low)
        try runner.run([ToySource(2)], workflow: [("train", 1)])
        #expect(folder.names == ["best_accuracy_top-1_epoch_2.pth"])
        let first = folder.path + "/best_accuracy_top-1_epoch_1.pth"
        let about = toy.lines.filter { $0.lowercased().contains("best") }
        #expect(
            about == [
                "Now best checkpoint is saved as best_accuracy_top-1_epoch_1.pth.",
                "Best accuracy_top-1 is 0.0000 at 1 epoch.",
                "The previous best checkpoint \(first) was removed",
                "Now best checkpoint is saved as best_accuracy_top-1_epoch_2.pth.",
                "Best accuracy_top-1 is 50.0000 at 2 epoch.",
            ])
    }

    @Test("a loss that is no number stops the run")
    func nonFinite() throws {
        let toy = try Toy()
        toy.model.brokenFrom = 4
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 3)
        try runner.register(OptimizerHook(), priority: .aboveNormal)
        let error = #expect(throws: NonFiniteLossError.self) {
            try runner.run([ToySource(2)], workflow: [("train", 1)])
        }
        #expect(
            error?.description
                == "epoch 2: iteration 4: the loss is nan; lower the learning rate, clip gradients, or set on_nonfinite=\"warn\""
        )
    }

    @Test("a work directory is locked, and an earlier run's checkpoints are moved")
    func workDirectory() throws {
        let folder = try TemporaryFolder()
        let files = FileManager.default
        // The last one is what a run leaves that is killed while it writes.
        for name in [
            "epoch_1.pth", "best_acc_epoch_1.pth", "20240102_030405.log", "config.json",
            "epoch_2.pth.1234.tmp.ab12cd",
        ] {
            _ = files.createFile(atPath: "\(folder.path)/\(name)", contents: Data())
        }
        try files.createSymbolicLink(
            atPath: folder.path + "/latest.pth", withDestinationPath: "epoch_1.pth")
        var log: [String] = []
        let directory = try WorkDirectory(folder.path, isResuming: false) { log.append($0) }
        #expect(folder.names == [".lock", "20240102_030405", "20240102_030405.log", "config.json"])
        let moved = try files.contentsOfDirectory(atPath: folder.path + "/20240102_030405").sorted()
        #expect(moved == ["best_acc_epoch_1.pth", "epoch_1.pth", "latest.pth"])
        #expect(
            log == [
                "files of an earlier run were moved to \(directory.path)/20240102_030405: "
                    + "best_acc_epoch_1.pth, epoch_1.pth, latest.pth"
            ])
        let error = #expect(throws: RunnerError.self) {
            try WorkDirectory(folder.path, isResuming: false)
        }
        let process = ProcessInfo.processInfo.processIdentifier
        #expect(
            error?.description.hasPrefix(
                "\(folder.path): in use by a run that is still going on (process \(process) on ")
                == true)
        withExtendedLifetime(directory) {}
    }
}
