import Foundation
import MMRunner
import Testing

@Suite("MMEngine's documents in Swift") struct RunnerExampleTests {
    @Test("the example dictionary of Runner's page: three validations, then a test")
    func exampleDictionary() throws {
        let toy = Toy()
        defer { toy.remove() }
        let loader: (Bool) -> ConfigNode = { shuffle in
            [
                "dataset": ["type": "ToyDataset"],
                "sampler": ["type": "DefaultSampler", "shuffle": ConfigNode(.bool(shuffle))],
                "batch_size": 1, "num_workers": 0, "collate_fn": ["type": "default_collate"],
            ]
        }
        let cfg: ConfigNode = [
            "model": ["type": "ToyModel"], "work_dir": ConfigNode(.string(toy.workDir)),
            "train_dataloader": loader(true), "val_dataloader": loader(false),
            "test_dataloader": loader(false),
            "auto_scale_lr": ["base_batch_size": 16, "enable": false],
            "optim_wrapper": [
                "type": "OptimizerWrapper", "optimizer": ["type": "SGD", "lr": 0.01],
            ],
            "param_scheduler": ["type": "MultiStepLR", "milestones": [1, 2]],
            "val_evaluator": ["type": "ToyEvaluator"],
            "test_evaluator": ["type": "ToyEvaluator"],
            "train_cfg": ["by_epoch": true, "max_epochs": 3, "val_interval": 1],
            "val_cfg": [:], "test_cfg": [:], "custom_hooks": [],
            "default_hooks": [
                "timer": ["type": "IterTimerHook"],
                "checkpoint": ["type": "CheckpointHook", "interval": 1],
                "logger": ["type": "LoggerHook"],
                "optimizer": ["type": "OptimizerHook", "grad_clip": false],
                "param_scheduler": ["type": "ParamSchedulerHook"],
            ],
            "launcher": "none", "env_cfg": ["dist_cfg": ["backend": "nccl"]],
            "log_processor": ["window_size": 20],
            "visualizer": [
                "type": "Visualizer",
                "vis_backends": [
                    [
                        "type": "LocalVisBackend",
                        "save_dir": ConfigNode(.string(toy.folder + "/temp_dir")),
                    ]
                ],
            ],
        ]
        let runner = try Runner.fromConfig(cfg, registries: Toy.registries, environment: [:])
        let places = ValidationPlaces()
        try runner.registerHook(.built(places))
        let model = try runner.train()
        #expect(model is MyAwesomeModel)
        #expect(places.epochs == [1, 2, 3])
        #expect(try Array(runner.test().keys) == ["toy/accuracy"])
        #expect(FileManager.default.fileExists(atPath: toy.folder + "/temp_dir/scalars.json"))
        let logs = "\(toy.workDir)/\(runner.timestamp)/\(runner.timestamp).log"
        let log = try String(contentsOfFile: logs, encoding: .utf8)
        for notice in [
            "optim_wrapper.type: OptimizerWrapper is the name of early versions; write OptimWrapper",
            "default_hooks.optimizer: OptimizerHook is the name of early versions; write optim_wrapper.clip_grad",
        ] {
            #expect(log.components(separatedBy: notice).count == 2, "\(notice)")
        }
    }

    @Test("the slip of Runner's page says max_iters")
    func slip() throws {
        let toy = Toy()
        #expect(
            toy.message {
                _ = try toy.runner {
                    $0 = $0.setting("train_cfg", to: ["by_epoch": false, "max_epochs": 3])
                }
            }
                == "train_cfg.max_epochs: a loop by iterations does not count these; write max_iters"
        )
    }

    @Test("the tutorial's example_config.py trains as written")
    func exampleConfig() throws {
        let toy = Toy()
        defer { toy.remove() }
        var registries = Registries.standard()
        registries.models.classifiers.register("MyAwesomeModel") { reader, context in
            try MyAwesomeModel(
                layers: reader.value("layers", default: 4),
                activation: reader.value("activation", default: "relu"),
                context.value(), context.value())
        }
        registries.datasets.register("MyDataset") { reader, _ in
            MyDataset(isTrain: try reader.required("is_train"), size: try reader.required("size"))
        }
        registries.metrics.register("Accuracy", force: true) { _, _ in ToyMetric() }
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/example_config.py").path
        // Only where it writes to and how much it says are not as written.
        let config = try ConfigFile.load(
            file, overrides: ["work_dir=\(toy.workDir)", "log_level=ERROR"])
        let runner = try Runner.fromConfig(config, registries: registries, environment: [:])
        let places = ValidationPlaces()
        try runner.registerHook(.built(places))
        try runner.train()
        #expect(places.epochs == Array(2...10))
        #expect(try #require(runner.val()["toy/accuracy"]) > 90)
        #expect(runner.experimentName == "example_config_\(runner.timestamp)")
        #expect(FileManager.default.fileExists(atPath: toy.workDir + "/example_config.py"))
    }

    @Test("max_iters=100, val_interval=30 with 6 batches to validate: after 30, 60, 90 and 100")
    func iterations() throws {
        let toy = Toy()
        defer { toy.remove() }
        let places = ValidationPlaces()
        let runner = try toy.runner {
            $0 = $0.setting(
                "train_cfg", to: ["by_epoch": false, "max_iters": 100, "val_interval": 30])
            $0 = $0.setting("val_dataloader", to: Toy.loader(size: 12, batch: 2))
            $0 = $0.setting("param_scheduler", to: ConfigNode(.null))
        }
        try runner.registerHook(.built(places))
        try runner.train()
        #expect(places.iterations == [30, 60, 90, 100])
        #expect(runner.maxIters == 100 && runner.iter == 100 && runner.maxEpochs == 1)
    }
}
