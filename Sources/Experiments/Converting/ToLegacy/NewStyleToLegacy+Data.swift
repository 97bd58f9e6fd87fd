import ConfigCore

extension NewStyleToLegacy {
    /// The loaders as `data`, with `Normalize` where the preprocessor normalises.
    mutating func data() throws {
        let phases = ["train", "val", "test"].filter {
            root["\($0)_dataloader"]?.unlessNull != nil
        }
        if let normalization {
            report.moved("data_preprocessor", "Normalize", "a step of every pipeline")
            _ = normalization
        }
        var shared: [String: ConfigNode] = [:]
        for phase in phases {
            guard let loader = root["\(phase)_dataloader"] else { continue }
            try convert(loader, of: phase, shared: &shared)
        }
    }

    /// The step that does what the preprocessor does.
    private var normalization: ConfigNode? {
        guard let mean = preprocessor["mean"]?.unlessNull, let std = preprocessor["std"]?.unlessNull
        else { return nil }
        return [
            "type": "Normalize", "mean": mean, "std": std,
            "to_rgb": preprocessor["to_rgb"] ?? false,
        ]
    }

    private mutating func convert(
        _ loader: ConfigNode, of phase: String, shared: inout [String: ConfigNode]
    ) throws {
        let path = "\(phase)_dataloader"
        var reader = try ConfigReader(loader, at: path)
        let dataset: ConfigNode = try reader.required("dataset")
        let size: ConfigNode = try reader.required("batch_size")
        let workers = reader.node("num_workers") ?? 0
        try sampler(&reader, phase)
        // Keys for one loader stand beside the data sets where it is the first to say them.
        var keys: [(String, ConfigNode)] = [
            ("samples_per_gpu", size), ("workers_per_gpu", workers),
        ]
        if workers.int ?? 0 > 0 {
            keys.append(("persistent_workers", reader.node("persistent_workers") ?? false))
        } else {
            reader.ignore("persistent_workers")
        }
        for key in ["pin_memory", "prefetch_factor"] {
            if let value = reader.node(key) { keys.append((key, value)) }
        }
        if let drops = reader.node("drop_last"), drops.bool == true {
            keys.append(("drop_last", drops))
        }
        for (key, value) in keys {
            let isOwn = key == "drop_last" && phase != "train"
            if shared[key] == nil, !isOwn {
                shared[key] = value
                set("data", key, to: value)
            } else if isOwn || shared[key] != value {
                let name = "\(phase)_dataloader"
                let own = config.at(path: "data.\(name)") ?? .emptyMapping
                set("data", name, to: own.setting(key, to: value))
            }
        }
        let collate = reader.node("collate_fn")?["type"]
        if let collate, !["default_collate", "pseudo_collate"].contains(collate) {
            throw reader.failure("collate_fn", "has no counterpart in the legacy style")
        }
        for (key, _) in reader.remaining() {
            report.dropped("\(path).\(key)", "has no counterpart")
        }
        set("data", phase, to: try converted(dataset, phase, at: "\(path).dataset"))
        report.moved(path, "data.\(phase)")
    }

    private mutating func converted(_ dataset: ConfigNode, _ phase: String, at path: String) throws
        -> ConfigNode
    {
        var transforms = LegacyTransforms(
            normalization: normalization, collectsLabels: phase == "train")
        let transformed = try dataset.changingPipelines(at: path) { steps, path in
            try steps.enumerated().flatMap { place, step in
                try transforms.convert(step, at: ConfigPath.join(path, index: place))
            }
        }
        for row in transforms.report.rows { report.moved(row.from, row.to ?? "-", row.remark) }
        return try transformed.changingDatasets(at: path) {
            try DatasetNames.legacy($0, at: $1, &report)
        }
    }

    private mutating func sampler(_ reader: inout ConfigReader, _ phase: String) throws {
        guard let sampler = reader.node("sampler")?.unlessNull else {
            if reader.node("batch_sampler") != nil {
                throw reader.failure("batch_sampler", "has no counterpart in the legacy style")
            }
            return
        }
        let isSequential = sampler["type"] == "SequentialSampler"
        let shuffles = !isSequential && sampler["shuffle"]?.bool ?? true
        switch sampler["type"]?.string {
        case "DefaultSampler", "InfiniteSampler", "SequentialSampler":
            if sampler["type"] == "InfiniteSampler", loop.byEpoch {
                throw reader.failure("sampler", "InfiniteSampler has no counterpart by epoch")
            }
        case let type?:
            guard phase == "train" else {
                throw reader.failure("sampler", "\"\(type)\" has no counterpart for \(phase)")
            }
            let isRepeating = sampler["type"] == "RepeatAugSampler"
            let kept = sampler.removing("shuffle")
            // MMClassification's takes whole rounds only, unless it is told not to.
            set("sampler", to: isRepeating ? kept.setting("selected_round", to: 0) : kept)
            report.moved("train_dataloader.sampler", "sampler")
        case nil: throw reader.failure("sampler", "a sampler needs the key type")
        }
        guard shuffles != (phase == "train") else {
            if phase == "train" {
                report.moved(
                    "train_dataloader.sampler", "data.train",
                    "one process draws its order from its generator, as MMClassification does")
            }
            return
        }
        let name = "\(phase)_dataloader"
        let own = config.at(path: "data.\(name)") ?? .emptyMapping
        set("data", name, to: own.setting("shuffle", to: ConfigNode(.bool(shuffles))))
    }
}

extension [String] {
    /// Whether a value is one of the words.
    fileprivate func contains(_ node: ConfigNode) -> Bool { node.string.map(contains) ?? false }
}
