import ConfigCore

extension LegacyToNewStyle {
    /// The data sets that the new style has loaders for.
    private var phases: [String] {
        // Whether metrics are evaluated or a loss: either way the data of val is gone through.
        let validates = experiment.evaluation != nil || validatesLoss
        return ["train", "val", "test"].filter {
            experiment.loaders[$0] != nil && ($0 != "val" || validates)
        }
    }

    /// Whether the workflow has a val phase.
    var validatesLoss: Bool { experiment.workflow.contains { $0.phase == "val" } }

    /// Loaders, pipelines and the preprocessor that stands for `Normalize`.
    mutating func data() throws {
        let phases = phases
        let normalization = sharedNormalization(phases)
        if let normalization {
            report.moved("Normalize", "data_preprocessor", "works on whole batches, in the model")
            for (key, value) in normalization.removing("type").mapping ?? ConfigMapping() {
                set("data_preprocessor", key, to: value)
            }
            if normalization["to_rgb"] == nil { set("data_preprocessor", "to_rgb", to: true) }
        } else if phases.contains(where: { normalizes($0) }) {
            report.moved(
                "Normalize", "Normalize",
                "stays a step: the data sets do not share it as the last one")
        }
        for phase in phases {
            guard let loader = experiment.loaders[phase] else { continue }
            try convert(loader, of: phase, dropsNormalize: normalization != nil)
        }
        if experiment.loaders["val"] != nil, !phases.contains("val") {
            report.dropped("data.val", "nothing validates")
        }
        if experiment.validatesWithTrainPipeline {
            report.dropped("val_uses_train_pipeline", "there is no val phase in the new style")
        }
    }

    private mutating func convert(
        _ loader: Experiment.Loader, of phase: String, dropsNormalize: Bool
    ) throws {
        let name = "\(phase)_dataloader"
        var converted: ConfigNode = [
            "batch_size": ConfigNode(.int(loader.batchSize)),
            "num_workers": ConfigNode(.int(loader.workers)),
        ]
        if loader.workers > 0 {
            converted = converted.setting(
                "persistent_workers", to: ConfigNode(.bool(loader.keepsWorkers)))
        }
        for key in ["pin_memory", "prefetch_factor"] {
            let own = root.at(path: "data.\(phase)_dataloader.\(key)")
            if let value = own ?? root.at(path: "data.\(key)") {
                converted = converted.setting(key, to: value)
            }
        }
        if loader.dropsLast { converted = converted.setting("drop_last", to: true) }
        if loader.skipsCorrupt { report.dropped("data.on_corrupt", "has no counterpart") }
        converted = converted.setting("sampler", to: try sampler(loader, phase))
        let transformed = try pipelines(loader, dropsNormalize: dropsNormalize)
        let dataset = try transformed.changingDatasets(at: loader.path) {
            try DatasetNames.new($0, at: $1, &report)
        }
        set(name, to: converted.setting("dataset", to: dataset))
        report.moved(
            "data.\(phase)", name,
            phase == "train" && loader.shuffles
                ? "its sampler draws the order from seed + epoch, as MMEngine does" : "")
    }

    private mutating func sampler(_ loader: Experiment.Loader, _ phase: String) throws -> ConfigNode
    {
        let shuffles = ConfigNode(.bool(loader.shuffles))
        let root = root
        let places =
            ["data.\(phase)_dataloader.sampler_cfg"]
            + (phase == "train" ? ["data.sampler_cfg", "sampler"] : [])
        guard
            let (place, own) = places.lazy.compactMap({ place in
                root.at(path: place)?.unlessNull.map { (place, $0) }
            }).first
        else { return ["type": "DefaultSampler", "shuffle": shuffles] }
        report.moved(place, "\(phase)_dataloader.sampler")
        let sampler = own["type"] == "DistributedSampler" ? nil : own["type"]
        var settings = own.removing("type")
        for key in ["selected_round", "selected_ratio"] where settings[key] != nil {
            report.dropped("\(place).\(key)", "MMPretrain's takes as many samples as there are")
            settings = settings.removing(key)
        }
        if own["type"] == "ClassAwareSampler" {
            return NewTransforms.joined(["type": "ClassAwareSampler"], settings)
        }
        return NewTransforms.joined(
            ["type": sampler ?? "DefaultSampler", "shuffle": shuffles], settings)
    }

    private mutating func pipelines(_ loader: Experiment.Loader, dropsNormalize: Bool) throws
        -> ConfigNode
    {
        var transforms = NewTransforms()
        let dataset = try loader.dataset.changingPipelines(at: loader.path) { steps, path in
            try steps.enumerated().compactMap { place, step in
                if dropsNormalize && step["type"] == "Normalize" { return nil }
                return try transforms.convert(step, at: ConfigPath.join(path, index: place))
            }
        }
        for row in transforms.report.rows { report.moved(row.from, row.to ?? "-", row.remark) }
        return dataset
    }

    private func normalizes(_ phase: String) -> Bool {
        experiment.loaders[phase]?.dataset.pipelines.contains {
            $0.contains { $0["type"] == "Normalize" }
        } ?? false
    }

    /// The `Normalize` that every pipeline has once, with nothing but packing behind it.
    private func sharedNormalization(_ phases: [String]) -> ConfigNode? {
        var shared: ConfigNode?
        for steps in phases.flatMap({ experiment.loaders[$0]?.dataset.pipelines ?? [] }) {
            let places = steps.indices.filter { steps[$0]["type"] == "Normalize" }
            guard places.count == 1, let place = places.first,
                steps[(place + 1)...].allSatisfy({
                    NewTransforms.formatting.contains($0["type"]?.string ?? "")
                })
            else { return nil }
            guard shared ?? steps[place] == steps[place] else { return nil }
            shared = steps[place]
        }
        return shared
    }
}
