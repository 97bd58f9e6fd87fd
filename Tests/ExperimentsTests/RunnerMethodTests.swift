import Foundation
import MMRunner
import Testing

/// Every method and property of MMEngine's `Runner`, each used once at least.
@Suite("methods of MMEngine's Runner") struct RunnerMethodTests {
    private static func isSame(_ a: any TrainableModel, _ b: any TrainableModel) -> Bool {
        (a as? MyAwesomeModel) === (b as? MyAwesomeModel)
    }

    @Test("what is built is built when it is asked for, and training uses it")
    func lazy() throws {
        let toy = Toy()
        defer { toy.remove() }
        let runner = try toy.runner()
        #expect(!FileManager.default.fileExists(atPath: toy.workDir))
        let model = try runner.model
        let wrapper = try runner.optimWrapper
        let loaders = try [runner.trainDataloader, runner.valDataloader, runner.testDataloader]
        let evaluator = try runner.valEvaluator
        let schedulers = try runner.paramSchedulers
        let hub = try runner.messageHub
        #expect(loaders.map(\.batchesPerEpoch) == [3, 3, 3])
        #expect(try Self.isSame(runner.train(), model))
        #expect(try runner.optimWrapper.single === wrapper.single)
        #expect(try runner.trainDataloader === loaders[0] && runner.valDataloader === loaders[1])
        #expect(try runner.valEvaluator === evaluator && runner.paramSchedulers === schedulers)
        #expect(try runner.messageHub === hub)
        #expect(hub.history(of: "train/loss") != nil)
        // The same bits as in a run of which nothing was built ahead.
        let twin = Toy()
        defer { twin.remove() }
        #expect(try twin.runner().train().stateDictionary() == model.stateDictionary())
    }

    @Test("build_… takes configs, and hands back what is built")
    func building() throws {
        let toy = Toy()
        defer { toy.remove() }
        let runner = try toy.runner()
        let loader = try runner.buildDataloader(
            [
                "dataset": ["type": "ToyDataset", "size": 9],
                "sampler": ["type": "DefaultSampler", "shuffle": true], "batch_size": 2,
                "num_workers": 2, "collate_fn": ["type": "default_collate"],
            ], seed: 3)
        #expect(loader.batchesPerEpoch == 5)
        #expect(try runner.buildDataloader(.built(loader)) === loader)
        let metric = ToyMetric()
        let forms: [RunnerPart<any Evaluator>] = try [
            ["type": "ToyEvaluator"], [["type": "ToyEvaluator"]],
            ["metrics": ["type": "ToyEvaluator"]], ["metrics": [["type": "ToyEvaluator"]]],
            .metrics(metric), .built(MetricEvaluator([metric])),
        ]
        for form in forms {
            let evaluator = try runner.buildEvaluator(form) as? any ForeseeableEvaluator
            #expect(evaluator?.metricNames == ["toy/accuracy"])
        }
        #expect(try runner.buildModel(["type": "ToyModel"]) is MyAwesomeModel)
        #expect(try runner.buildLogProcessor(["window_size": 20]).settings.window == 20)
        #expect(try runner.buildMessageHub(["name": "mine"]) === runner.messageHub)
        #expect(
            try runner.buildVisualizer(["name": "pictures", "vis_backends": []]).name == "pictures")
        #expect(try runner.visualizer.name == runner.experimentName)
        #expect(try runner.logProcessor.settings.window == 10)
        let wrapper = try runner.buildOptimWrapper(["optimizer": ["type": "SGD", "lr": 0.01]])
        #expect(wrapper.single?.optimizer.typeName == "SGD")
        let schedulers = try runner.buildParamScheduler([
            ["type": "MultiStepLR", "milestones": [1, 2]], ["type": "StepLR", "step_size": 1],
        ])
        #expect(schedulers.entries.map(\.schedulers.schedulers.count) == [2])
        let log = toy.folder + "/own.log"
        try runner.buildLogger(logLevel: 20, logFile: log).info("hello")
        #expect(try String(contentsOfFile: log, encoding: .utf8).hasSuffix("INFO - hello\n"))
    }

    @Test("loops: what they say, and that they run")
    func loops() throws {
        let toy = Toy()
        defer { toy.remove() }
        let runner = try toy.runner()
        let train = try runner.trainLoop
        #expect(train.type == "EpochBasedTrainLoop" && train.maxEpochs == 3)
        #expect(train.valBegin == 1 && train.valInterval == 1)
        #expect(try train.maxIters == 9 && runner.maxIters == 9)
        #expect(try train.dataloader === runner.trainDataloader && !train.stopTraining)
        let short = try runner.buildTrainLoop(["by_epoch": true, "max_epochs": 1])
        try short.run()
        #expect(short.epoch == 1 && short.iter == 3 && runner.maxEpochs == 1)
        #expect(try runner.valLoop.run().keys.sorted() == ["toy/accuracy"])
        #expect(try runner.testLoop.run().keys.sorted() == ["toy/accuracy"])
        let half = try runner.buildValLoop(["fp16": true])
        #expect(half.fp16 && half.type == "ValLoop")
        #expect(try half.run().keys.sorted() == ["toy/accuracy"])
        #expect(try runner.buildTestLoop(["type": "CountingLoop"]).run() == ["batches": 3])
        #expect(try runner.buildTestLoop([:]).evaluator === runner.testEvaluator)
    }

    @Test("hooks: registered with a priority, called by name, listed")
    func hooks() throws {
        let toy = Toy()
        defer { toy.remove() }
        let runner = try toy.runner()
        let places = ValidationPlaces()
        try runner.registerHook(.built(places), priority: .veryLow)
        try runner.registerHook(["type": "EmptyCacheHook", "priority": "HIGHEST"])
        #expect(try runner.hooks.map(\.name).first == "EmptyCacheHook")
        #expect(try runner.hooks.last === places)
        try runner.callHook("after_val_epoch")
        #expect(places.epochs == [0])
        #expect(try runner.getHooksInfo().contains("(VERY_LOW    ) ValidationPlaces"))
        try runner.registerHooks(
            defaultHooks: ["timer": nil, "logger": ["type": "LoggerHook", "interval": 5]],
            customHooks: [["type": "SyncBuffersHook"]])
        let names = try runner.hooks.map(\.name)
        #expect(!names.contains("IterTimerHook") && names.contains("SyncBuffersHook"))
        #expect(names.first == "EmptyCacheHook")
        try runner.registerCustomHooks([["type": "EMAHook"]])
        try runner.registerDefaultHooks(["checkpoint": ["interval": 3]])
        #expect(
            toy.message { try runner.callHook("after_vall_epoch") }
                == "call_hook: \"after_vall_epoch\" is not a known stage; did you mean \"after_val_epoch\"?"
        )
        try runner.train()
        #expect(places.epochs == [0, 1, 2, 3])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: toy.workDir)
                .filter { $0.hasSuffix(".pth") } == ["epoch_3.pth"])
        #expect(
            toy.message { try runner.registerDefaultHooks([:]) }
                == "register_default_hooks: the run has begun already; call it before train")
    }

    @Test("checkpoints: save, load, resume and load_or_resume")
    func checkpoints() throws {
        let toy = Toy()
        defer { toy.remove() }
        let runner = try toy.runner()
        try runner.train()
        let path = try runner.saveCheckpoint(
            toy.folder + "/own", "mine.pth", saveOptimizer: false, saveParamScheduler: false,
            meta: TorchDictionary([("note", .string("by hand"))]), backendArgs: ["backend": "local"]
        )
        #expect(path == toy.folder + "/own/mine.pth")
        let file = try Checkpoint.read(path)
        #expect(file.meta["note"]?.string == "by hand" && file.meta["epoch"]?.int == 3)
        #expect(file.optimizer == nil && file.others["param_schedulers"] == nil)
        #expect(
            toy.message {
                try runner.saveCheckpoint(
                    toy.folder, "x.pth", backendArgs: ["backend": "petrel"])
            }
                == "backend_args.backend: \"petrel\" is not a known file backend, files are written to disk; known: local"
        )
        let state = try runner.model.stateDictionary()
        let other = try toy.runner { $0 = $0.setting("randomness", to: ["seed": 9]) }
        try other.loadCheckpoint(
            path, mapLocation: "cpu", strict: true, reviseKeys: [("^module\\.", "")])
        #expect(try other.model.stateDictionary() == state && other.epoch == 0)

        let first = toy.workDir + "/epoch_1.pth"
        let resumed = try toy.runner()
        try resumed.resume(first)
        #expect(resumed.epoch == 1 && resumed.iter == 3)
        #expect(try resumed.train().stateDictionary() == state)
        let newest = try toy.runner { $0 = $0.setting("resume", to: true) }
        try newest.loadOrResume()
        #expect(newest.epoch == 3)
        #expect(try newest.model.stateDictionary() == state)
        let loading = try toy.runner {
            $0 = $0.setting("load_from", to: ConfigNode(.string(first)))
        }
        try loading.loadOrResume()
        #expect(loading.epoch == 0)
        // Without their states optimizer and schedule begin anew.
        let fresh = try toy.runner()
        try fresh.resume(first, resumeOptimizer: false, resumeParamScheduler: false)
        try fresh.train()
        #expect(fresh.epoch == 3)
    }

    @Test("settings: seed, environment, rates, wrapping, names")
    func settings() throws {
        let toy = Toy()
        defer { toy.remove() }
        let runner = try toy.runner { $0 = $0.setting("experiment_name", to: "toy") }
        #expect(runner.seed == 1 && !runner.deterministic)
        try runner.setRandomness(seed: 5, diffRankSeed: false, deterministic: true)
        #expect(runner.seed == 5 && runner.deterministic)
        try runner.setupEnv([
            "cudnn_benchmark": true, "resource_limit": 256,
            "mp_cfg": ["mp_start_method": "fork", "opencv_num_threads": 0],
            "dist_cfg": ["backend": "nccl", "timeout": 1800],
        ])
        let wrapper = try runner.optimWrapper
        try runner.scaleLR(wrapper, ["enable": true, "base_batch_size": 8])
        #expect(wrapper.single?.optimizer.groups[0].learningRate == 0.005)
        let model = try runner.model
        #expect(
            try Self.isSame(
                runner.wrapModel(
                    ["broadcast_buffers": false, "find_unused_parameters": false], model), model))
        #expect(
            toy.message { _ = try runner.wrapModel(["type": "Sharded"], model) }.hasPrefix(
                "model_wrapper_cfg.type: "))
        #expect(runner.experimentName == "toy_\(runner.timestamp)")
        #expect(try runner.modelName == "MyAwesomeModel")
        #expect(runner.launcher == "none" && !runner.distributed)
        #expect(runner.rank == 0 && runner.worldSize == 1)
        #expect(runner.valBegin == 1 && runner.valInterval == 1)
        #expect(runner.workDir == toy.workDir)
        let dumped = try runner.dumpConfig()
        #expect(dumped == "\(toy.workDir)/\(runner.timestamp).py")
        #expect(try Config.load(path: dumped).root == runner.cfg)
        try runner.logger.info("a line")
        #expect(
            toy.message { try runner.scaleLR(nil, ["enable": true]) }
                == "auto_scale_lr.base_batch_size: required key is missing")
        _ = try runner.paramSchedulers
        #expect(
            toy.message { try runner.scaleLR(nil, ["enable": true, "base_batch_size": 8]) }
                == "scale_lr: the schedulers are built already; call it before them")
    }

    @Test("the limit of open files is raised")
    func openFiles() throws {
        let toy = Toy()
        defer { toy.remove() }
        let runner = try toy.runner {
            $0 = $0.setting("env_cfg", to: ["resource_limit": 4096])
            $0 = $0.setting("train_cfg", "max_epochs", to: 1)
        }
        try runner.train()
        let limits = try String(contentsOfFile: "/proc/self/limits", encoding: .utf8)
        let words = try #require(
            limits.split(separator: "\n").first { $0.hasPrefix("Max open files") }
        ).split(separator: " ")
        let (soft, hard) = (try #require(Int(words[3])), Int(words[4]) ?? .max)
        #expect(soft >= min(4096, hard))
    }
}
