import ConfigCore
import Experiments
import MMRunner
import Testing

private struct StyleCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let config: String
    /// The style, or the whole message.
    let result: String

    init(_ description: String, _ config: String, _ result: String) {
        testDescription = description
        self.config = config
        self.result = result
    }
}

@Suite("every key of a config is accounted for") struct KeyAccountingTests {
    private static let styles = [
        StyleCase("legacy", #"{"data": {}, "model": {}}"#, "legacy"),
        StyleCase("old way to say how long", #"{"total_epochs": 3}"#, "legacy"),
        StyleCase(
            "a legacy config with the augmentations of its model at the top",
            #"{"optimizer": {}, "train_cfg": {"mixup": {"alpha": 0.2}}}"#, "legacy"),
        StyleCase("new", #"{"optim_wrapper": {}}"#, "new"),
        StyleCase("new by its loop", #"{"train_cfg": {"by_epoch": true}}"#, "new"),
        StyleCase("new by the loop's type", #"{"train_cfg": {"type": "Loop"}}"#, "new"),
        StyleCase(
            "neither", #"{"train_cfg": {"mixup": 1}, "val_cfg": {}}"#,
            """
            c.json:1:1: neither a legacy config (data, runner, optimizer) nor a new-style one (train_dataloader, train_cfg, optim_wrapper)
            {"train_cfg": {"mixup": 1}, "val_cfg": {}}
            ^
            """),
        StyleCase(
            "as much of one as of the other", #"{"runner": {}, "optim_wrapper": {}}"#,
            """
            c.json:1:16: optim_wrapper: a new-style key in a config that also has the legacy key runner; write the config in one style
            {"runner": {}, "optim_wrapper": {}}
                           ^
            """),
        StyleCase(
            "a legacy key is left over in a new-style config",
            #"{"train_cfg": {"by_epoch": true}, "optim_wrapper": {}, "runner": {}}"#, "new"),
    ]

    @Test("the style of a config", arguments: styles)
    private func style(_ c: StyleCase) {
        var result = ""
        do {
            result = try ConfigStyle(Config.parse(text: c.config, name: "c.json")).rawValue
        } catch {
            result = "\(error)"
        }
        #expect(result == c.result)
    }

    /// What the top level of a config is refused for.
    private func refusal(_ text: String) -> String {
        do {
            try TopLevelKeys(Config.parse(text: text, name: "c.json")).check()
            return "nothing"
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "old keys in a new-style file, new ones in an old one, and misspelt ones are named as such")
    func foreign() {
        #expect(
            refusal(
                """
                {"train_cfg": {"by_epoch": true}, "train_dataloader": {}, "optim_wrapper": {}, "env_cfg": {},
                 "runner": {"max_iters": 320000}, "lr_config": {}, "dist_params": {},
                 "workflow": [], "param_schedler": [], "my_values": 1}
                """) == """
                    c.json:2:2: runner: a legacy key in a new-style config; write train_cfg
                     "runner": {"max_iters": 320000}, "lr_config": {}, "dist_params": {},
                     ^
                    c.json:2:35: lr_config: a legacy key in a new-style config; write param_scheduler
                     "runner": {"max_iters": 320000}, "lr_config": {}, "dist_params": {},
                                                      ^
                    c.json:3:2: workflow: a legacy key in a new-style config; write train_cfg.val_interval
                     "workflow": [], "param_schedler": [], "my_values": 1}
                     ^
                    c.json:3:18: param_schedler: unknown key; did you mean param_scheduler?
                     "workflow": [], "param_schedler": [], "my_values": 1}
                                     ^
                    """)
        #expect(
            refusal(
                #"{"data": {}, "optimizer": {}, "runner": {}, "train_cfg": {"type": "X"}, "resume": true}"#
            ) == """
                c.json:1:45: train_cfg: a new-style key in a legacy config; write runner
                {"data": {}, "optimizer": {}, "runner": {}, "train_cfg": {"type": "X"}, "resume": true}
                                                            ^
                c.json:1:73: resume: a new-style key in a legacy config; write resume_from
                {"data": {}, "optimizer": {}, "runner": {}, "train_cfg": {"type": "X"}, "resume": true}
                                                                                        ^
                """)
        #expect(
            refusal(#"{"data": {}, "gpu_ids": [0], "find_unused_parameters": true, "policies": 1}"#)
                == "nothing")
        #expect(refusal(#"{"train_dataloader": {}, "resume_from": null}"#) == "nothing")
        // A name whose value is used elsewhere is a shared value, whatever it is called.
        #expect(
            refusal(
                #"{"train_dataloader": {}, "optimizer": {"lr": 1}, "optim_wrapper": {"optimizer": {"lr": 1}}}"#
            ) == "nothing")
        #expect(
            refusal(
                #"{"train_dataloader": {}, "query_dataloader": {"a": 1}, "train_pipeline": [], "tta_pipeline": []}"#
            ) == "nothing")
        // A part of a config may be of either style.
        #expect(refusal(#"{"lr_config": {}, "param_scheduler": {}}"#) == "nothing")
    }

    @Test("what the names at the top are")
    func names() throws {
        let keys = try TopLevelKeys([
            "model": [:], "img_norm_cfg": [:], "data": [:], "dist_params": [:], "_models": 1,
            "lr_confg": 1, "ipu_model_cfg": [:], "train_cfg": ["mixup": 1],
        ])
        #expect(keys.style == .legacy && keys.known == ["model", "data"])
        #expect(keys.shared == ["img_norm_cfg", "_models", "train_cfg"])
        #expect(keys.harmless == ["dist_params", "ipu_model_cfg"])
        #expect(keys.refusals.map(\.key) == ["lr_confg"])
        #expect(keys.refusals.map(\.reason) == ["unknown key; did you mean lr_config?"])
    }

    @Test("every name at the top of MMClassification's configs is accounted for")
    func wholePackage() throws {
        // Of the 282 configs of the wheel of 0.25.0 that are no bases.
        let known = [
            "checkpoint_config", "custom_hooks", "data", "evaluation", "fp16", "load_from",
            "log_config", "log_level", "lr_config", "model", "optimizer", "optimizer_config",
            "resume_from", "runner", "sampler", "work_dir", "workflow",
        ]
        let shared = [
            "EIGVAL", "EIGVEC", "NORM_MEAN", "NORM_STD", "checkpoint", "data_root",
            "dataset_type", "embed_dims", "img_lighting_cfg", "img_norm_cfg", "num_classes",
            "paramwise_cfg", "policies", "policy_imagenet", "pretrained",
            "rand_increasing_policies", "test_pipeline", "train_cfg", "train_pipeline",
        ]
        let harmless = ["dist_params", "ipu_model_cfg", "options_cfg"]
        let entries = (known + shared + harmless).map { (key: $0, node: ConfigNode(.int(1))) }
        let keys = try TopLevelKeys(ConfigNode(.mapping(ConfigMapping(entries))))
        #expect(keys.style == .legacy && keys.refusals.isEmpty)
        #expect(keys.known == known && keys.shared == shared && keys.harmless == harmless)
    }

    @Test("what orders the samples, and keys of runners for IPUs")
    func samplers() throws {
        func experiment(_ sampler: String) throws -> Experiment {
            try LegacyInterpreter.experiment(
                try Config.parse(
                    text: """
                        {"model": {}, "sampler": \(sampler),
                         "data": {"samples_per_gpu": 2, "train": {}, "val": {}},
                         "runner": {"type": "IterBasedRunner", "max_iters": 3, "options_cfg": {}}}
                        """, name: "c.json"))
        }
        let samplers = [
            ("null", Experiment.Sampler.generator),
            (#"{"type": "DistributedSampler", "shuffle": true, "round_up": true}"#, .seeded(nil)),
            (#"{"type": "DistributedSampler", "seed": 7}"#, .seeded(7)),
            (#"{"type": "RepeatAugSampler"}"#, .repeated(times: 3, round: 256, ratio: 1)),
            (
                #"{"type": "RepeatAugSampler", "num_repeats": 2, "selected_round": 0, "selected_ratio": 4}"#,
                .repeated(times: 2, round: 0, ratio: 4)
            ),
            (
                #"{"type": "ClassAwareSampler", "num_sample_class": 2}"#,
                .classAware(nil, samplesPerClass: 2)
            ),
        ]
        for (config, expected) in samplers {
            let experiment = try experiment(config)
            #expect(experiment.loaders["train"]?.sampler == expected, "\(config)")
            #expect(experiment.runner.config["options_cfg"] == nil)
            #expect(experiment.notes == ["without meaning here, ignored: runner.options_cfg"])
        }
        let refusals = [
            #"{"type": "RandomSampler"}"#:
                "\"RandomSampler\" is not a known sampler; known: DistributedSampler, RepeatAugSampler, ClassAwareSampler",
            #"{"type": "DistributedSampler", "num_repeats": 3}"#:
                "unknown key; known: shuffle, type, seed, round_up",
        ]
        for (config, expected) in refusals {
            #expect { try experiment(config) } throws: { error in
                (error as? ConfigError)?.issues.first?.message.hasSuffix(expected) ?? false
            }
        }
    }

    @Test("a loader's own sampler and manner win over those of data")
    func ownLoaders() throws {
        let experiment = try LegacyInterpreter.experiment(
            try Config.parse(
                text: """
                    {"model": {}, "sampler": {"type": "RepeatAugSampler"},
                     "data": {"samples_per_gpu": 2, "workers_per_gpu": 1, "drop_last": true,
                              "persistent_workers": false, "round_up": true,
                              "sampler_cfg": {"type": "ClassAwareSampler", "seed": 5},
                              "train": {}, "val": {}, "test": {},
                              "train_dataloader": {"samples_per_gpu": 3, "drop_last": false},
                              "val_dataloader": {"sampler_cfg": {"type": "DistributedSampler"},
                                                 "shuffle": true, "drop_last": true,
                                                 "persistent_workers": true, "workers_per_gpu": 0}},
                     "runner": {"type": "IterBasedRunner", "max_iters": 3}}
                    """, name: "c.json"))
        let shown = try ["train", "val", "test"].map { phase in
            let loader = try #require(experiment.loaders[phase])
            return
                "\(loader.sampler) \(loader.batchSize) \(loader.workers) \(loader.shuffles) \(loader.dropsLast) \(loader.keepsWorkers)"
        }
        #expect(
            shown == [
                "classAware(Optional(5), samplesPerClass: 1) 3 1 true false false",
                "seeded(nil) 2 0 true true true", "generator 2 1 false false false",
            ])
    }

    @Test("keys that nothing reads are left out where that is allowed")
    func allowed() throws {
        let root = try Config.parse(
            text: """
                {"a": {"lr": 1, "lrr": 2},
                 "l": [{"x": 1}, {"x": 1, "x.y": 3}]}
                """, name: "c.json")
        func read(_ config: LoadedConfig) throws -> [String] {
            try config.root.decode(at: "") { reader in
                _ = try reader.nested("a") { try $0.value("lr", default: 0.1) }
                _ = try reader.nestedList("l") { try $0.required("x", as: Int.self) }
            }
            return config.warnings.map(\.message)
        }
        let warnings = try UnknownKeys.leavingOut(of: LoadedConfig(root: root), if: true, read)
        #expect(
            warnings == [
                "c.json:1:17: a.lrr: unknown key, left out; did you mean lr?",
                "c.json:2:27: l[1][\"x.y\"]: unknown key, left out; known: x",
            ])
        #expect(throws: ConfigError.self) {
            try UnknownKeys.leavingOut(of: LoadedConfig(root: root), if: false, read)
        }
        // Something else is wrong as well.
        #expect(throws: ConfigError.self) {
            try UnknownKeys.leavingOut(of: LoadedConfig(root: root), if: true) { config in
                _ = try read(config)
                throw ConfigError(at: config.root, path: "a", problem: "is wrong")
            }
        }
    }

    private func imports(_ text: String, _ registries: Registries) -> String {
        do {
            return try CustomImports.check(Config.parse(text: text, name: "c.json"), registries)
                .joined(separator: "\n")
        } catch {
            return "\(error)"
        }
    }

    @Test("modules of custom_imports are here, or registered, or an error")
    func customImports() {
        var registries = Registries.standard()
        let one = #"{"custom_imports": {"imports": "my_package.hooks.norm"}}"#
        let message =
            "c.json:1:32: custom_imports.imports: nothing here brings the components of the Python module my_package.hooks.norm; write them in Swift and call registries.provide(\"my_package.hooks.norm\"), as README.md shows under \"Components of your own\""
        #expect(
            imports(one, registries) == message + "\n\(one)\n" + String(repeating: " ", count: 31)
                + "^")
        let maybe =
            #"{"custom_imports": {"imports": ["my_package.hooks.norm"], "allow_failed_imports": true}}"#
        #expect(imports(maybe, registries) == message)
        let several =
            #"{"custom_imports": {"imports": ["mmcls.models", "mine.a", "mmcv", "mine_b", ""]}}"#
        #expect(
            imports(several, registries).hasPrefix(
                "c.json:1:32: custom_imports.imports: nothing here brings the components of the Python modules mine.a, mine_b; write them in Swift and call registries.provide(\"mine.a\"), as"
            ))
        registries.provide("my_package.hooks")
        registries.provide("mine")
        #expect(imports(one, registries).isEmpty)
        #expect(imports(several, registries).contains("Python module mine_b;"))
        #expect(
            imports(#"{"custom_imports": {"import": "mine"}}"#, registries).hasPrefix(
                "c.json:1:21: custom_imports.import: unknown key; did you mean imports?"))
        #expect(imports(#"{"custom_imports": null}"#, registries).isEmpty)
    }
}
