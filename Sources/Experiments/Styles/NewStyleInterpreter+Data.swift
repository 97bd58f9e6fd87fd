import ConfigCore

extension NewStyleInterpreter {
    /// The loaders of `train_dataloader`, `val_dataloader` and `test_dataloader`, by phase.
    static func loaders(
        _ reader: inout ConfigReader, _ root: ConfigNode, _ registries: Registries
    ) throws -> [String: Experiment.Loader] {
        var loaders: [String: Experiment.Loader] = [:]
        for phase in ["train", "val", "test"] {
            loaders[phase] = try reader.nested("\(phase)_dataloader") {
                try loader(&$0, stacks: stacks(root), registries)
            }
        }
        return loaders
    }

    /// Whether loaders stack samples where a config does not say: MMPretrain's programs do, MMEngine's own not.
    static func stacks(_ root: ConfigNode) -> Bool {
        root["default_scope"]?.string == "mmpretrain" || isClassifier(root["model"])
    }

    static func loader(
        _ reader: inout ConfigReader, stacks: Bool, _ registries: Registries
    ) throws -> Experiment.Loader {
        let dataset: ConfigNode = try reader.required("dataset")
        guard dataset.mapping != nil else {
            throw reader.failure("dataset", "", expected: "a data set's mapping")
        }
        let batchSize = try reader.value("batch_size", default: 1)
        guard batchSize > 0 else { throw reader.failure("batch_size", "", expected: "at least 1") }
        let workers = try reader.value("num_workers", default: 0)
        guard workers >= 0 else { throw reader.failure("num_workers", "", expected: "0 or more") }
        guard reader.has("sampler") else {
            throw reader.failure(
                "sampler", "required key is missing",
                remedy: "write {\"type\": \"DefaultSampler\", \"shuffle\": true}")
        }
        let (sampler, shuffles) = try reader.nested("sampler", sampler) ?? (.seeded(nil), false)
        let usual: ConfigNode? = stacks ? nil : ["type": "pseudo_collate"]
        for key in ["batch_sampler", "num_batch_per_epoch", "worker_init_fn"] {
            if let node = reader.node(key), !node.isNull {
                throw reader.failure(key, "not supported", remedy: "leave it out")
            }
        }
        // They steer Python's worker processes; threads need none of them.
        reader.ignore("pin_memory", "persistent_workers", "prefetch_factor", "timeout")
        return Experiment.Loader(
            dataset: dataset, path: reader.path(to: "dataset"), batchSize: batchSize,
            workers: workers, keepsWorkers: true, shuffles: shuffles, sampler: sampler,
            dropsLast: try reader.value("drop_last", default: false),
            collate: try collate(&reader, registries) ?? usual,
            skipsCorrupt: try skipsCorrupt(&reader))
    }

    private static func sampler(_ reader: inout ConfigReader) throws -> (Experiment.Sampler, Bool) {
        let type = try reader.samplerType()
        switch type.name {
        case "DefaultSampler":
            // One process has nothing to round.
            reader.ignore("round_up")
            let shuffles = try reader.value("shuffle", default: true)
            return (.seeded(try reader.samplerSeed()), shuffles)
        case "InfiniteSampler":
            let shuffles = try reader.value("shuffle", default: true)
            return (.endless(try reader.samplerSeed()), shuffles)
        case "RepeatAugSampler":
            let shuffles = try reader.value("shuffle", default: true)
            return (
                .seededRepeats(try reader.samplerSeed(), times: try reader.repeats()), shuffles
            )
        case "SequentialSampler":
            // One process takes everything, in either manner.
            reader.ignore("round_up", "seed", "subsample_type")
            return (.seeded(nil), false)
        case "ClassAwareSampler": return (try reader.classAwareSampler(), true)
        default:
            throw reader.unknownComponent(
                "sampler", type.written,
                among: [
                    "DefaultSampler", "InfiniteSampler", "RepeatAugSampler", "SequentialSampler",
                    "ClassAwareSampler",
                ])
        }
    }

    /// The collate function, with settings of its own if it has some.
    private static func collate(_ reader: inout ConfigReader, _ registries: Registries) throws
        -> ConfigNode?
    {
        guard let node = reader.node("collate_fn"), !node.isNull else { return nil }
        let typed: ConfigNode = node.string == nil ? node : ["type": node]
        // Its own settings are read when the loader is built.
        var inner = try ConfigReader(typed, at: reader.path(to: "collate_fn"))
        let type: String = try inner.required("type")
        guard registries.collates.contains(type) else {
            throw inner.unknownComponent("collate function", type, among: registries.collates.names)
        }
        return typed
    }

    private static func skipsCorrupt(_ reader: inout ConfigReader) throws -> Bool {
        switch try reader.optional("on_corrupt", as: String.self) {
        case nil, "error": return false
        case "skip": return true
        default: throw reader.failure("on_corrupt", "", expected: "\"error\" or \"skip\"")
        }
    }
}
