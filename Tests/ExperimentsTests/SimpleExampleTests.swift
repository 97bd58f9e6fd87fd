import MMRunner
import Testing

/// The four steps of the "Simple Example" in MMCV's documentation of the runner.
@Suite("MMCV's simple example")
struct SimpleExampleTests {
    @Test("four steps train a classifier")
    func fourSteps() throws {
        let cfg = try Config.load(path: Repository.path("configs/digits/resnet18_digits.json")).root
            .setting("model", "backbone", "base_channels", to: 4)
            .setting("model", "backbone", "stem_channels", to: 4)
            .setting("model", "head", "in_channels", to: 32)
        let logs = MemoryTextOutput()
        let logger = Logger.lines(to: [logs])

        // (1) Initialize dataloader, model, optimizer, etc.
        let device = try Device(threads: 1)
        let generator = TorchGenerator(seed: 0)
        let model = try buildClassifier(
            try #require(cfg["model"]), device: device, generator: generator)
        let optimizer = try buildOptimizer(model, try #require(cfg["optimizer"]))
        let dataLoaders = try ["train", "val"].map { phase in
            buildDataloader(
                try buildDataset(try #require(cfg.at(path: "data.\(phase)"))), samplesPerGPU: 128,
                workersPerGPU: 1, generator: generator)
        }

        // (2) Initialize runner
        let runner = try buildRunner(
            ["type": "EpochBasedRunner", "max_epochs": 3],
            defaults: RunnerDefaults(
                model: model, optimizer: OptimizerSet(try OptimWrapper(optimizer)), logger: logger,
                device: device, generator: generator))

        // (3) Register training hooks and customized hooks
        try runner.registerTrainingHooks(
            lrConfig: cfg["lr_config"], optimizerConfig: cfg["optimizer_config"],
            checkpointConfig: nil, logConfig: cfg["log_config"])
        let counter = EpochCounter()
        try runner.register(counter, priority: .low)

        // (4) Start training
        try runner.run(dataLoaders, workflow: [("train", 2), ("val", 1)])

        #expect(runner.epoch == 3)
        #expect(counter.phases == ["train", "train", "val", "train", "val"])
        #expect(logs.contents.contains("workflow: [('train', 2), ('val', 1)], max: 3 epochs"))
    }
}

/// A hook of a user's own.
private final class EpochCounter: AfterEpoch {
    var phases: [String] = []

    func afterEpoch(_ runner: BaseRunner) throws { phases.append(runner.mode ?? "") }
}
