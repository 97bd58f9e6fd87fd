import Foundation
import MMRunner
import Testing

@Suite("models of two networks, two optimizers and two schedules") struct TwoNetworkTests {
    private static func folder() -> String {
        NSTemporaryDirectory() + "two-networks-\(UUID().uuidString)"
    }

    /// A legacy config of the two networks with a schedule; batches of 240 make 6 iterations an epoch.
    private static func legacy(_ schedule: ConfigNode) throws -> ConfigNode {
        var root = try Config.load(path: Repository.path("configs/digits/resnet18_digits.json"))
            .root
        for key in ["optimizer_config", "evaluation"] { root = root.removing(key) }
        let changes: ConfigNode = [
            "model": ["type": "PointGAN"], "log_level": "ERROR", "lr_config": schedule,
            "optimizer": [
                "generator": ["type": "Adam", "lr": 0.01],
                "discriminator": [
                    "type": "SGD", "lr": 0.02, "paramwise_cfg": ["bias_lr_mult": 2],
                ],
            ],
            "runner": ["type": "EpochBasedRunner", "max_epochs": 3],
        ]
        root = root.setting("data", "samples_per_gpu", to: 240)
        return changing(root, changes)
    }

    private static func changing(_ root: ConfigNode, _ changes: ConfigNode) -> ConfigNode {
        (changes.mapping ?? ConfigMapping()).reduce(root) { $0.setting($1.key, to: $1.node) }
    }

    /// A new-style config with a schedule for each; windows of three passes, and a scaled loss.
    private static func new(milestones: ConfigNode = [1]) throws -> ConfigNode {
        let root = try StyleConversion(
            legacy(["policy": "fixed"]), to: .new, .init(), PointGAN.registries
        ).config
        return changing(
            root,
            [
                "optim_wrapper": [
                    "constructor": "PointGANConstructor",
                    "generator": [
                        "optimizer": ["type": "Adam", "lr": 0.01], "accumulative_counts": 3,
                        "clip_grad": ["max_norm": 0.5],
                    ],
                    "discriminator": [
                        "type": "AmpOptimWrapper", "optimizer": ["type": "SGD", "lr": 0.02],
                        "paramwise_cfg": ["bias_lr_mult": 2],
                    ],
                ],
                "param_scheduler": [
                    "generator": ["type": "MultiStepLR", "milestones": milestones],
                    "discriminator": [
                        ["type": "CosineAnnealingLR", "by_epoch": false, "T_max": 18]
                    ],
                ],
                "default_hooks": [
                    "checkpoint": ["type": "CheckpointHook", "interval": 5, "by_epoch": false],
                    "logger": ["type": "LoggerHook", "interval": 2],
                ], "log_level": "INFO",
            ])
    }

    private func train(_ root: ConfigNode, in folder: String, resuming path: String? = nil) throws {
        let options = TrainingOptions(
            configPath: "gan.json", workDirectory: folder, resumeFrom: path, seed: 4)
        try TrainingSession(LoadedConfig(root: root), options, PointGAN.registries).run()
    }

    @Test(
        "both styles train the same bits, with one schedule for both and one for each",
        arguments: [
            ["policy": "step", "step": [1, 2], "gamma": 0.5],
            [
                "policy": "OneCycle", "max_lr": ["generator": 0.02, "discriminator": 0.05],
                "anneal_strategy": "linear",
            ],
        ] as [ConfigNode])
    func styles(schedule: ConfigNode) throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let legacy = try Self.legacy(schedule)
        let new = try StyleConversion(legacy, to: .new, .init(), PointGAN.registries).config
        let isNamed = new["param_scheduler"]?.mapping != nil
        #expect(isNamed == (schedule["max_lr"] != nil))
        try train(
            legacy.setting("sampler", to: ["type": "DistributedSampler"]), in: folder + "/legacy")
        try train(new, in: folder + "/new")
        let old = try Checkpoint.read(folder + "/legacy/epoch_3.pth")
        let same = try Checkpoint.read(folder + "/new/epoch_3.pth")
        #expect(old.state.names.count == 4)
        for name in old.state.names { #expect(old.state[name] == same.state[name], "\(name)") }
        // And back.
        guard !isNamed else { return }
        let back = try StyleConversion(new, to: .legacy, .init(), PointGAN.registries).config
        #expect(back["optimizer"] == legacy["optimizer"])
        #expect(back.at(path: "lr_config.step") == [1, 2])
    }

    @Test("runs go on from any checkpoint to the same bits; states, windows and rates by name")
    func resumes() throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try train(Self.new(), in: folder + "/whole")
        let whole = try Checkpoint.read(folder + "/whole/iter_18.pth")
        for start in [5, 10] {
            let path = folder + "/from\(start)"
            try train(Self.new(), in: path, resuming: folder + "/whole/iter_\(start).pth")
            let resumed = try Checkpoint.read(path + "/iter_18.pth")
            for name in whole.state.names {
                #expect(whole.state[name] == resumed.state[name], "\(name) from \(start)")
            }
            for name in ["generator", "discriminator"] {
                let states = [whole, resumed].map { "\($0.optimizer?[name], default: "none")" }
                #expect(states[0] == states[1])
            }
        }
        #expect(whole.optimizer?.dictionary?.names == ["generator", "discriminator"])
        #expect(
            whole.optimizer?["discriminator"]?.dictionary?.names == [
                "state", "param_groups", "base_param_settings", "loss_scaler",
            ])
        #expect(
            whole.others["param_schedulers"]?.dictionary?.names == ["generator", "discriminator"])
        let log = try Self.texts(folder + "/whole")
        #expect(log.lines.contains("  generator.lr: 1.0000e-02 discriminator.base_lr: 1.9"))
        #expect(log.scalars.contains(#"{"generator.lr": 0.01, "discriminator.base_lr": 0.019"#))
        #expect(log.scalars.contains(#""grad_norm": "#))
    }

    @Test("a model of which one loss is known has no use for them, which is told when it is built")
    func oneLoss() throws {
        var legacy = try Self.legacy(["policy": "fixed"])
        let digits = try Config.load(
            path: Repository.path("configs/digits/resnet18_digits.json")
        ).root
        let parts: ConfigNode = ["type": "SGD", "lr": 0.01]
        legacy = legacy.setting("model", to: digits["model"] ?? [:])
        legacy = legacy.setting("optimizer", to: ["backbone": parts, "head": parts])
        let new = try Self.new().setting("model", to: digits["model"] ?? [:])
            .setting(
                "optim_wrapper",
                to: [
                    "constructor": "MultiOptimWrapperConstructor", "backbone": ["optimizer": parts],
                    "head": ["optimizer": parts],
                ]
            ).removing("param_scheduler")
        for (config, path) in [(legacy, "optimizer"), (new, "optim_wrapper")] {
            let error = #expect(throws: ConfigError.self) {
                try TrainingSession(
                    LoadedConfig(root: config),
                    TrainingOptions(configPath: "a.json", workDirectory: "/nowhere"), .standard()
                ).check()
            }
            #expect(
                error?.issues.map(\.message) == [
                    "\(path): several optimizers, but ImageClassifier has one loss, which one optimizer steps; name one, or use a model that updates each in its trainStep"
                ])
        }
    }

    @Test("V17: a schedule that was changed since counts, and its optimizer is told")
    func v17_changedSchedule() throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try train(Self.new(), in: folder + "/whole")
        let path = folder + "/changed"
        try train(Self.new(milestones: [2]), in: path, resuming: folder + "/whole/iter_10.pth")
        #expect(
            try Self.texts(path).lines.contains(
                "WARNING - generator: param_scheduler differs from the checkpoint's (MultiStepLR: milestones was [1], now it is [2]); the config counts: lr 0.001 -> 0.01"
            ))
    }

    /// The log and the file of numbers of a run.
    private static func texts(_ folder: String) throws -> (lines: String, scalars: String) {
        let runs = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.first?.isNumber ?? false }.map { "\(folder)/\($0)" }
        let run = try #require(runs.first)
        let log = try FileManager.default.contentsOfDirectory(atPath: run)
            .first { $0.hasSuffix(".log") }
        return (
            try String(contentsOfFile: "\(run)/\(#require(log))", encoding: .utf8),
            try String(contentsOfFile: "\(run)/vis_data/scalars.json", encoding: .utf8)
        )
    }

    @Test("a dictionary of built wrappers trains; a plain optimizer gets a wrapper")
    func built() throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let model = try PointGAN(Device(threads: 1), .manualSeed(0))
        let before = try model.stateDictionary()
        func sgd(_ part: any Module, _ rate: Double) throws -> SGD {
            try SGD(
                [ParameterGroup(part.namedParameters().map(\.parameter))],
                options: [("lr", .double(rate))])
        }
        let root = try Self.new()
        let runner = try Runner(
            model: .built(model), workDir: folder,
            trainDataloader: .config(#require(root["train_dataloader"])),
            trainCfg: ["by_epoch": true, "max_epochs": 1],
            optimWrapper: .built([
                "generator": OptimWrapper(sgd(model.generator, 0.1)),
                "discriminator": OptimWrapper(sgd(model.discriminator, 0.2)),
            ]), paramScheduler: ["type": "ConstantLR", "by_epoch": false, "factor": 0.5],
            logLevel: "ERROR", defaultScope: "mmpretrain")
        let after = try runner.train().stateDictionary()
        for name in before.names { #expect(before[name] != after[name], "\(name)") }
        let part: RunnerPart<OptimizerSet> = try .built(sgd(model, 0.1))
        guard case .built(let set) = part else { return }
        #expect(set.single?.optimizer is SGD)
    }

    private static let mistakes: [(ConfigNode, String)] = [
        (
            [
                "generator": ["optimizer": ["type": "SGD", "lr": 1]],
                "discriminator": ["optimizer": ["type": "SGD", "lr": 1]],
            ],
            "optim_wrapper: several optimizers (generator, discriminator) need a constructor; name one that is registered: \"MultiOptimWrapperConstructor\" gives each part of the model that is named its own"
        ),
        (
            ["constructor": "Multi", "generator": [:]],
            "optim_wrapper.constructor: \"Multi\" is not a known constructor; known: DefaultOptimWrapperConstructor, MultiOptimWrapperConstructor, PointGANConstructor"
        ),
        (
            [
                "constructor": "MultiOptimWrapperConstructor",
                "critic": ["optimizer": ["type": "SGD", "lr": 1]],
            ],
            "optim_wrapper.critic: the model has no part of that name; known: generator, discriminator"
        ),
        (
            [
                "constructor": "MultiOptimWrapperConstructor",
                "generator": ["type": "SGD", "lr": 1],
            ],
            "optim_wrapper.generator: an optimizer without its wrapper; write {\"optimizer\": {\"type\": \"SGD\", \"lr\": 1}}"
        ),
        (
            [
                "constructor": "PointGANConstructor",
                "generator": ["optimizer": ["type": "SGD", "lr": 1]],
            ],
            "optim_wrapper.discriminator: required by the constructor, but missing; write {\"optimizer\": {\"type\": \"SGD\", \"lr\": 0.01}}"
        ),
        (
            [
                "constructor": "PointGANConstructor",
                "generator": ["optimizer": ["type": "SGD", "lr": 1]],
                "discriminator": ["optimizer": ["type": "SGD", "lr": 1]], "critic": 1,
            ], "optim_wrapper.critic: the constructor does not use it; leave it out"
        ),
    ]

    @Test("mistakes in configs of several optimizers", arguments: mistakes)
    func mistake(_ config: ConfigNode, _ message: String) throws {
        let model = try PointGAN(Device(threads: 1), .manualSeed(0))
        let error = #expect(throws: ConfigError.self) {
            try buildOptimWrapper(model, config, registries: PointGAN.registries)
        }
        #expect(error?.issues.map(\.message) == [message])
    }
}
