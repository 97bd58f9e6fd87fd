import Foundation
import MMRunner
import Testing

@Suite("loops and runners of one's own in new-style configs") struct RunnerLoopTests {
    @Test("a train loop by type runs itself, and resumes to the same bits")
    func trainLoop() throws {
        let toy = Toy()
        defer { toy.remove() }
        let change: (inout ConfigNode) -> Void = {
            $0 = $0.setting("train_cfg", to: ["type": "PairLoop", "max_epochs": 4])
        }
        let places = ValidationPlaces()
        let runner = try toy.runner(change)
        try runner.registerHook(.built(places))
        let state = try runner.train().stateDictionary()
        #expect(places.epochs == [2, 4] && runner.epoch == 4)
        #expect(try runner.trainLoop.type == "PairLoop")
        let logs = "\(toy.workDir)/\(runner.timestamp)/\(runner.timestamp).log"
        #expect(FileManager.default.fileExists(atPath: logs))
        for (file, validations) in [("epoch_1", [2, 4]), ("epoch_3", [4])] {
            let again = ValidationPlaces()
            let resumed = try toy.runner(change)
            try resumed.registerHook(.built(again))
            try resumed.resume("\(toy.workDir)/\(file).pth")
            #expect(try resumed.train().stateDictionary() == state)
            #expect(again.epochs == validations)
        }
    }

    @Test("the log says that no workflow is derived")
    func said() throws {
        let toy = Toy()
        defer { toy.remove() }
        let runner = try toy.runner {
            $0 = $0.setting("train_cfg", to: ["type": "PairLoop", "max_epochs": 1])
            $0 = $0.setting("log_level", to: 20)
        }
        try runner.train()
        let log = try String(
            contentsOfFile: "\(toy.workDir)/\(runner.timestamp)/\(runner.timestamp).log",
            encoding: .utf8)
        #expect(
            log.contains(
                "INFO - train_cfg: PairLoop runs itself, no workflow is derived from it\n"))
    }

    @Test("a loop of one's own validates, by epochs and by iterations")
    func evaluationLoop() throws {
        for loop: ConfigNode in [
            ["by_epoch": true, "max_epochs": 2],
            ["by_epoch": false, "max_iters": 6, "val_interval": 3],
        ] {
            let toy = Toy()
            defer { toy.remove() }
            let places = ValidationPlaces()
            let runner = try toy.runner {
                $0 = $0.setting("train_cfg", to: loop)
                $0 = $0.setting("val_cfg", to: ["type": "CountingLoop"])
                $0 = $0.setting("param_scheduler", to: ConfigNode(.null))
            }
            try runner.registerHook(.built(places))
            try runner.train()
            #expect(places.iterations == [3, 6])
            #expect(try runner.val() == ["batches": 3])
        }
    }

    @Test("stop_training ends the run with its epoch")
    func stopTraining() throws {
        final class Stopper: AfterTrainIteration {
            func afterTrainIteration(_ runner: BaseRunner) throws {
                if runner.iteration == 4 { runner.stopsTraining = true }
            }
        }
        let toy = Toy()
        defer { toy.remove() }
        let runner = try toy.runner()
        try runner.registerHook(.built(Stopper()))
        try runner.train()
        #expect(runner.epoch == 2)
        #expect(try runner.trainLoop.stopTraining)
    }

    @Test("runner_type names a subclass")
    func runnerType() throws {
        let toy = Toy()
        defer { toy.remove() }
        let runner = try toy.runner { $0 = $0.setting("runner_type", to: "TestingRunner") }
        try runner.train()
        let own = try #require(runner as? TestingRunner)
        #expect(own.metrics.keys.sorted() == ["toy/accuracy"])
        #expect(
            toy.message {
                _ = try toy.runner { $0 = $0.setting("runner_type", to: "TestRunner") }
            }
                == "runner_type: \"TestRunner\" is not a known runner; did you mean \"TestingRunner\"?"
        )
    }

    @Test("unknown loops are told with the known ones")
    func unknown() throws {
        let toy = Toy()
        for (key, node, problem) in [
            (
                "train_cfg", ["type": "TripleLoop"],
                "train_cfg.type: \"TripleLoop\" is not a known train loop; known: EpochBasedTrainLoop, IterBasedTrainLoop, PairLoop"
            ),
            (
                "val_cfg", ["type": "MyLoop"],
                "val_cfg.type: \"MyLoop\" is not a known loop; known: ValLoop, CountingLoop"
            ),
        ] as [(String, ConfigNode, String)] {
            #expect(
                toy.message { _ = try toy.runner { $0 = $0.setting(key, to: node) } } == problem)
        }
    }

    @Test("a run that throws leaves what was trained so far")
    func failure() throws {
        let toy = Toy()
        defer { toy.remove() }
        let runner = try toy.runner()
        try runner.registerHook(.built(FailingHook(at: 5)))
        #expect(throws: HookError.self) { try runner.train() }
        #expect(runner.iter == 5 && runner.epoch == 1)
        let state = try runner.model.stateDictionary()
        let path = try runner.saveCheckpoint(toy.folder, "saved.pth")
        #expect(try Checkpoint.read(path).meta["iter"]?.int == 5)
        #expect(try runner.val().keys.sorted() == ["toy/accuracy"])
        #expect(try runner.model.stateDictionary() == state)
        #expect(
            toy.message { try runner.train() }
                == "train: the run ended with an error; continue it with a new Runner and resume: true"
        )
    }

    @Test("test() needs nothing of training: its data may be elsewhere")
    func testAlone() throws {
        let toy = Toy()
        defer { toy.remove() }
        try toy.runner().train()
        let runner = try toy.runner {
            $0 = $0.setting(
                "train_dataloader", "dataset",
                to: ["type": "CustomDataset", "data_prefix": "/nowhere/train", "pipeline": []])
            $0 = $0.setting("resume", to: true)
        }
        let trained = try toy.runner { $0 = $0.setting("resume", to: true) }
        #expect(try runner.test() == trained.test())
        #expect(runner.epoch == 3)
        #expect(toy.message { try runner.train() }.contains("/nowhere/train"))
    }

    @Test("one process: launchers and their environments are refused")
    func oneProcess() throws {
        let toy = Toy()
        #expect(
            toy.message { _ = try toy.runner { $0 = $0.setting("launcher", to: "slurm") } }
                == "launcher: \"slurm\": runs have one process for now; use \"none\"")
        for (name, count) in [
            ("WORLD_SIZE", "4"), ("SLURM_STEP_NUM_TASKS", "2"), ("OMPI_COMM_WORLD_SIZE", "8"),
        ] {
            #expect(
                toy.message {
                    _ = try Runner.fromConfig(
                        toy.config, registries: Toy.registries, environment: [name: count])
                }
                    == "\(name): \(count) processes were started, but a run has one for now; start it without a launcher"
            )
        }
        #expect(
            toy.message {
                _ = try Runner.fromConfig(
                    toy.config, registries: Toy.registries, environment: ["WORLD_SIZE": "1"])
            } == "no error")
    }
}
