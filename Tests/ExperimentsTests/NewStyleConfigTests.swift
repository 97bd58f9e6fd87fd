import MMRunner
import Testing

private struct MistakeCase: Sendable, CustomTestStringConvertible {
    let config: ConfigNode
    let message: String
    var testDescription: String { message }

    /// A sound config with other values at some keys.
    init(_ changes: [(String, ConfigNode)], _ message: String) {
        var config = MistakeCase.sound
        for (key, value) in changes {
            config = config.setting(key.split(separator: ".").map(String.init), to: value)
        }
        self.config = config
        self.message = message
    }

    static let sound: ConfigNode = [
        "model": ["type": "ImageClassifier"],
        "train_dataloader": [
            "batch_size": 2, "sampler": ["type": "DefaultSampler", "shuffle": true],
            "dataset": ["type": "CustomDataset"],
        ],
        "train_cfg": ["by_epoch": true, "max_epochs": 2],
        "optim_wrapper": ["optimizer": ["type": "SGD", "lr": 0.1]],
    ]

    static let all = [
        MistakeCase(
            [("optim_wrapper", ["type": "SGD", "lr": 0.1])],
            "optim_wrapper: an optimizer without its wrapper; write {\"optimizer\": {\"type\": \"SGD\", \"lr\": 0.1}}"
        ),
        MistakeCase(
            [("optim_wrapper.type", "Wrapper")],
            "optim_wrapper.type: \"Wrapper\" is not a known optimizer wrapper; known: OptimWrapper, AmpOptimWrapper"
        ),
        MistakeCase(
            [("optim_wrapper.accumulative_counts", 0)],
            "optim_wrapper.accumulative_counts: expected a positive integer, got the number 0"),
        MistakeCase(
            [("optim_wrapper.clip_grad", ["type": "size"])],
            "optim_wrapper.clip_grad.type: expected \"norm\" or \"value\", got the string \"size\""
        ),
        MistakeCase(
            [("train_cfg", ["by_epoch": false, "max_epochs": 3])],
            "train_cfg.max_epochs: a loop by iterations does not count these; write max_iters"),
        MistakeCase(
            [("train_dataloader.sampler.type", "RandomSampler")],
            "train_dataloader.sampler.type: \"RandomSampler\" is not a known sampler; known: DefaultSampler, InfiniteSampler, RepeatAugSampler, SequentialSampler, ClassAwareSampler"
        ),
        MistakeCase(
            [("train_dataloader", ["dataset": ["type": "CustomDataset"]])],
            "train_dataloader.sampler: required key is missing; write {\"type\": \"DefaultSampler\", \"shuffle\": true}"
        ),
        MistakeCase(
            [("train_dataloader.collate_fn", ["type": "my_collate"])],
            "train_dataloader.collate_fn.type: \"my_collate\" is not a known collate function; known: default_collate, pseudo_collate"
        ),
        MistakeCase(
            [("train_dataloader.collate_fn", ["typ": "default_collate"])],
            "train_dataloader.collate_fn.typ: unknown key; did you mean type?"),
        MistakeCase(
            [("train_dataloader.sampler.type", "DefaultSamplr")],
            "train_dataloader.sampler.type: \"DefaultSamplr\" is not a known sampler; did you mean \"DefaultSampler\"?"
        ),
        MistakeCase(
            [("optim_wrapper.type", "AmpOptimWraper")],
            "optim_wrapper.type: \"AmpOptimWraper\" is not a known optimizer wrapper; did you mean \"AmpOptimWrapper\"?"
        ),
        MistakeCase(
            [("train_cfg", ["type": "EpochBasedTrainLop", "max_epochs": 1])],
            "train_cfg.type: \"EpochBasedTrainLop\" is not a known train loop; did you mean \"EpochBasedTrainLoop\"?"
        ),
        MistakeCase(
            [("train_cfg.max_epochs", -1)],
            "train_cfg.max_epochs: expected 0 or more, got the number -1"),
        MistakeCase(
            [("default_hooks.checkpoints", ["interval": 2])],
            "default_hooks.checkpoints: unknown key; did you mean checkpoint?"),
        MistakeCase(
            [("default_hooks.checkpoint", 5)],
            "default_hooks.checkpoint: expected a mapping with \"type\", got the number 5"),
        MistakeCase(
            [("custom_hooks", ["EMAHook"])],
            "custom_hooks[0]: expected a mapping with \"type\", got the string \"EMAHook\"; write {\"type\": \"EMAHook\"}"
        ),
        MistakeCase(
            [("log_level", "LOUD")],
            "log_level: \"LOUD\" is no level; use DEBUG, INFO, WARNING, ERROR or CRITICAL"),
        MistakeCase(
            [("experiment_name", 5)], "experiment_name: expected a string, got the number 5"),
        MistakeCase(
            [("env_config", ["cudnn_benchmark": true])],
            "env_config: unknown key; did you mean env_cfg?"),
        MistakeCase(
            [("train_dataloader.batch_sampler", ["type": "X"])],
            "train_dataloader.batch_sampler: not supported; leave it out"),
        MistakeCase(
            [("val_cfg", [:])],
            "val_cfg: given without val_dataloader, val_evaluator; give all of val_dataloader, val_cfg, val_evaluator or none"
        ),
        MistakeCase(
            [("launcher", "slurm")],
            "launcher: \"slurm\": runs have one process for now; use \"none\""),
        MistakeCase(
            [("auto_scale_lr", ["enable": true])],
            "auto_scale_lr.base_batch_size: required key is missing"),
        MistakeCase(
            [
                ("optim_wrapper.clip_grad", ["max_norm": 1]),
                (
                    "default_hooks.optimizer",
                    ["type": "OptimizerHook", "grad_clip": ["max_norm": 2]]
                ),
            ],
            "default_hooks.optimizer.grad_clip: given beside clip_grad; keep optim_wrapper.clip_grad"
        ),
    ]
}

@Suite("what new-style configs mean") struct NewStyleConfigTests {
    @Test("mistakes get one clear message", arguments: MistakeCase.all)
    private func mistake(_ c: MistakeCase) {
        do {
            _ = try NewStyleInterpreter.experiment(c.config, .standard())
            Issue.record("no error")
        } catch { #expect("\(error)" == c.message) }
    }

    @Test("N8: default hooks in MMEngine's order; null removes one, further keys add some")
    func n8_defaultHooks() throws {
        let config = MistakeCase.sound
            .setting("default_hooks", "timer", to: nil)
            .setting("default_hooks", "visualization", to: ["type": "EmptyCacheHook"])
            .setting("default_hooks", "checkpoint", to: ["interval": 5])
            .setting("custom_hooks", to: [["type": "EMAHook"]])
        let hooks = try NewStyleInterpreter.experiment(config, .standard()).hooks.listed ?? []
        #expect(
            hooks.map { "\($0.path) \($0.config["type"]?.string ?? "")" } == [
                "default_hooks.runtime_info RuntimeInfoHook",
                "default_hooks.sampler_seed mmengine.DistSamplerSeedHook",
                "default_hooks.logger LoggerHook",
                "default_hooks.param_scheduler ParamSchedulerHook",
                "default_hooks.checkpoint mmengine.CheckpointHook",
                "default_hooks.visualization EmptyCacheHook", "custom_hooks[0] mmengine.EMAHook",
            ])
    }

    @Test("old names of the API page run with a notice")
    func oldNames() throws {
        let config = MistakeCase.sound
            .setting("optim_wrapper", "type", to: "OptimizerWrapper")
            .setting(
                "default_hooks", "optimizer",
                to: ["type": "OptimizerHook", "grad_clip": ["max_norm": 2]])
        let experiment = try NewStyleInterpreter.experiment(config, .standard())
        #expect(experiment.wrapper?.stepping.clip == .norm(maximum: 2))
        #expect(
            experiment.notes == [
                "default_hooks.optimizer: OptimizerHook is the name of early versions; write optim_wrapper.clip_grad",
                "optim_wrapper.type: OptimizerWrapper is the name of early versions; write OptimWrapper",
            ])
        let off = config.setting("default_hooks", "optimizer", "grad_clip", to: false)
        #expect(try NewStyleInterpreter.experiment(off, .standard()).wrapper?.stepping.clip == nil)
    }
}

extension ConfigNode {
    /// The node with another value at the end of a path.
    fileprivate func setting(_ path: [String], to node: ConfigNode) -> ConfigNode {
        guard let key = path.first else { return node }
        return setting(key, to: (self[key] ?? [:]).setting(Array(path.dropFirst()), to: node))
    }
}
