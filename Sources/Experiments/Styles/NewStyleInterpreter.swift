public import ConfigCore
import WorkflowRunner

/// Reads what a new-style config means.
///
/// Source: MMEngine's `Runner.from_cfg` and `tools/train.py` of MMPretrain.
public enum NewStyleInterpreter {
    /// What the config means.
    ///
    /// Errors: throws `ConfigError`, gathering what is wrong with the top level.
    public static func experiment(_ root: ConfigNode, _ registries: Registries) throws -> Experiment
    {
        try experiment(root, registries, built: [])
    }

    /// What the config means together with objects that stand for some of its keys.
    static func experiment(_ root: ConfigNode, _ registries: Registries, built: Set<String>) throws
        -> Experiment
    {
        try TopLevelKeys(root).check()
        var reader = try ConfigReader(root, at: "")
        let loaders = try loaders(&reader, root, registries)
        try checkTogether(root, built)
        try checkRunnerType(root, registries)
        let validation = try evaluation("val", &reader, built, registries)
        let testing = try evaluation("test", &reader, built, registries)
        let train = try trainLoop(&reader, registries)
        let loop = train?.loop
        let scopes = try Scopes(&reader)
        var environment = try Environment(&reader)
        var wrapper = built.contains("optim_wrapper") ? WrapperConfig() : try wrapper(&reader)
        var hooks = try hooks(&reader, scopes, registries)
        environment.notes += try wrapper?.adoptOldHook(from: &hooks) ?? []
        environment.notes += wrapper?.notes ?? []
        let resuming = try reader.value("resume", default: false)
        let from = try reader.optional("load_from", as: String.self)
        // It names the run's folders and records, which read it themselves.
        _ = try reader.optional("experiment_name", as: String.self)
        environment.notes += notes(root)
        let scaling = try scaling(&reader)
        return Experiment(
            style: .new, model: built.contains("model") ? [:] : try model(&reader),
            optimizer: nil, wrapper: wrapper, schedulers: try reader.optional("param_scheduler"),
            baseBatchSize: scaling.isEnabled ? scaling.size : nil, wantedBatchSize: scaling.size,
            runner: runner(loop, root),
            workflow: workflow(train, validates: validation != nil), trainLoop: loop,
            ownTrainLoop: train?.own, workflowConfig: root["train_cfg"], loaders: loaders,
            validatesWithTrainPipeline: false, evaluation: nil, validation: validation,
            testing: testing,
            hooks: Experiment.Hooks(
                processor: try reader.optional("log_processor"),
                visualizer: try reader.optional("visualizer"), listed: hooks),
            workDirectory: try reader.optional("work_dir"), seed: environment.seed,
            loadFrom: resuming ? nil : from, resumeFrom: resuming ? from : nil,
            resumesNewest: resuming && from == nil, logLevel: try reader.logLevel(),
            onNonFinite: try reader.value("on_nonfinite", default: "stop"),
            timesAlgorithms: environment.timesAlgorithms,
            isMixedPrecision: wrapper?.stepping.scaler != nil,
            openFileLimit: environment.openFileLimit, notes: environment.notes)
    }

    /// The parts of a phase stand together or not at all.
    private static func checkTogether(_ root: ConfigNode, _ built: Set<String>) throws {
        func isGiven(_ key: String) -> Bool {
            built.contains(key) || root[key].map { !$0.isNull } ?? false
        }
        for keys in [
            ["train_dataloader", "train_cfg", "optim_wrapper"],
            ["val_dataloader", "val_cfg", "val_evaluator"],
            ["test_dataloader", "test_cfg", "test_evaluator"],
        ] {
            let given = keys.filter(isGiven)
            guard let first = given.first, given.count < keys.count else { continue }
            let absent = keys.filter { !given.contains($0) }.joined(separator: ", ")
            throw ConfigError(
                at: root[first] ?? root, path: first, problem: "given without \(absent)",
                remedy: "give all of \(keys.joined(separator: ", ")) or none")
        }
        if let schedulers = root["param_scheduler"], !schedulers.isNull,
            !isGiven("optim_wrapper")
        {
            throw ConfigError(
                at: schedulers, path: "param_scheduler", problem: "given without optim_wrapper",
                remedy: "give both, or leave it out")
        }
    }

    private static func runner(_ loop: TrainLoopConfig?, _ root: ConfigNode) -> Experiment.Runner {
        let byEpoch = loop?.byEpoch ?? true
        let maximum = loop?.maximum ?? 0
        return Experiment.Runner(
            config: [
                "type": byEpoch ? "EpochBasedRunner" : "IterBasedRunner",
                byEpoch ? "max_epochs" : "max_iters": ConfigNode(.int(maximum)),
            ], path: "train_cfg", byEpoch: byEpoch, maximum: maximum)
    }

    /// The model, which MMEngine hands the preprocessor of the top level.
    private static func model(_ reader: inout ConfigReader) throws -> ConfigNode {
        let model: ConfigNode = try reader.required("model")
        let shared: ConfigNode? = try reader.optional("data_preprocessor")
        guard model.mapping != nil, model["data_preprocessor"]?.isNull ?? true else { return model }
        // An image classifier unpacks its batches there in any case.
        let standard: ConfigNode? = isClassifier(model) ? .some([:]) : .none
        guard let preprocessor = shared ?? standard else { return model }
        return model.setting("data_preprocessor", to: preprocessor)
    }

    /// Whether a model is MMPretrain's.
    static func isClassifier(_ model: ConfigNode?) -> Bool {
        model?["type"]?.string?.split(separator: ".").last == "ImageClassifier"
    }

    private static func scaling(_ reader: inout ConfigReader) throws -> (
        isEnabled: Bool, size: Int?
    ) {
        try reader.nested("auto_scale_lr") { reader in
            let size: Int? = try reader.optional("base_batch_size")
            let isEnabled = try reader.value("enable", default: false)
            if isEnabled, size == nil {
                throw reader.failure("base_batch_size", "required key is missing")
            }
            if let size, size < 1 {
                throw reader.failure("base_batch_size", "", expected: "a positive integer")
            }
            return (isEnabled, size)
        } ?? (false, nil)
    }

    private static func notes(_ root: ConfigNode) -> [String] {
        let idle = [
            "activation_checkpointing", "efficient_conv_bn_eval", "find_unused_parameters",
            "model_wrapper_cfg",
        ].filter {
            root[$0].map { !$0.isNull } ?? false
        }
        let isCompiled = root["compile"].map { !$0.isNull && $0.bool != false } ?? false
        return
            (idle.isEmpty
            ? [] : ["without meaning here, ignored: \(idle.joined(separator: ", "))"])
            + (isCompiled ? ["compile: accepted without effect, the program is compiled"] : [])
    }
}

extension NewStyleInterpreter {
    /// Where names of components are looked for: the config's scope, then MMEngine.
    struct Scopes {
        private let names: [String]

        init(_ reader: inout ConfigReader) throws {
            let scope = try reader.optional("default_scope", as: String.self)
            names = [scope, "mmengine"].compactMap(\.self)
        }

        /// The config with the name that the registry knows for this style, where it has several.
        func resolving(_ node: ConfigNode, in registry: [String]) -> ConfigNode {
            guard let type = node["type"]?.string, !type.contains("."),
                let name = names.lazy.map({ "\($0).\(type)" }).first(where: registry.contains)
            else { return node }
            return node.setting("type", to: ConfigNode(.string(name), origin: node.origin))
        }
    }

    /// What a config says of machine and randomness.
    private struct Environment {
        var seed: UInt64?
        var timesAlgorithms = false
        var openFileLimit: Int?
        var notes: [String] = []

        init(_ reader: inout ConfigReader) throws {
            var isDeterministic = false
            _ = try reader.nested("randomness") { reader in
                let seed: Int? = try reader.optional("seed")
                self.seed = seed.map { UInt64(bitPattern: Int64($0)) }
                isDeterministic = try reader.value("deterministic", default: false)
                // One process has one rank.
                reader.ignore("diff_rank_seed")
            }
            _ = try reader.nested("env_cfg") { reader in
                timesAlgorithms =
                    try reader.value("cudnn_benchmark", default: false) && !isDeterministic
                // They arrange for several processes and for Python's workers.
                reader.ignore("backend", "dist_cfg", "mp_cfg")
                openFileLimit = try reader.optional("resource_limit")
                if let openFileLimit, openFileLimit < 1 {
                    throw reader.failure("resource_limit", "", expected: "a positive integer")
                }
            }
            if let launcher = try reader.optional("launcher", as: String.self), launcher != "none" {
                throw reader.failure(
                    "launcher", "\"\(launcher)\": runs have one process for now",
                    remedy: "use \"none\"")
            }
        }
    }
}
