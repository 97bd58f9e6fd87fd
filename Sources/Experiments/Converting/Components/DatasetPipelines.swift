import ConfigCore

extension ConfigNode {
    /// A data set with its pipeline changed, wherever wrappers (`RepeatDataset` …) keep it.
    func changingPipelines(
        at path: String, _ change: ([ConfigNode], String) throws -> [ConfigNode]
    ) throws -> ConfigNode {
        try changingDatasets(at: path) { dataset, path in
            guard let pipeline = dataset["pipeline"]?.unlessNull else { return dataset }
            let path = ConfigPath.join(path, key: "pipeline")
            guard let steps = pipeline.list else {
                throw ConfigError(at: pipeline, path: path, expected: "a list")
            }
            return dataset.setting(
                "pipeline", to: pipeline.holding(.list(try change(steps, path))))
        }
    }

    /// A data set changed inside its wrappers.
    func changingDatasets(
        at path: String, _ change: (ConfigNode, String) throws -> ConfigNode
    ) throws -> ConfigNode {
        if let inner = self["dataset"], inner.mapping != nil {
            let path = ConfigPath.join(path, key: "dataset")
            return setting("dataset", to: try inner.changingDatasets(at: path, change))
        }
        if let inner = self["datasets"], let list = inner.list {
            let path = ConfigPath.join(path, key: "datasets")
            let changed = try list.enumerated().map { place, dataset in
                try dataset.changingDatasets(at: ConfigPath.join(path, index: place), change)
            }
            return setting("datasets", to: inner.holding(elements: changed))
        }
        return try change(self, path)
    }

    /// The pipelines of a data set and of those it wraps.
    var pipelines: [[ConfigNode]] {
        if let inner = self["dataset"], inner.mapping != nil { return inner.pipelines }
        if let inner = self["datasets"]?.list { return inner.flatMap(\.pipelines) }
        return self["pipeline"]?.list.map { [$0] } ?? []
    }
}
