import ConfigCore

/// Configs whose data is cut into parts for cross-validation.
struct FoldConfig {
    private let root: ConfigNode
    private let style: ConfigStyle
    private let seed: UInt64
    private let splits: Int

    init(_ root: ConfigNode, _ style: ConfigStyle, seed: UInt64, splits: Int) {
        self.root = root
        self.style = style
        self.seed = seed
        self.splits = splits
    }

    /// The config of the run that leaves out a part: training has the rest of its data, validation and test
    /// have the part, with their own pipelines.
    func root(_ fold: Int) throws -> ConfigNode {
        let training = try dataset("train")
        var changed = root
        changed = setting(changed, "train", wrapped(training, fold, isTest: false))
        for phase in ["val", "test"] where (try? dataset(phase)) != nil {
            guard let pipeline = try dataset(phase)["pipeline"] else {
                throw ConfigError(
                    at: try dataset(phase), path: path(phase),
                    problem: "has no pipeline of its own",
                    remedy: "wrap the data sets by KFoldDataset in the config instead")
            }
            changed = setting(
                changed, phase,
                wrapped(training.setting("pipeline", to: pipeline), fold, isTest: true))
        }
        return changed
    }

    private func wrapped(_ dataset: ConfigNode, _ fold: Int, isTest: Bool) -> ConfigNode {
        var config: ConfigNode = [
            "type": "KFoldDataset", "fold": ConfigNode(.int(fold)), "dataset": dataset,
            "num_splits": ConfigNode(.int(splits)),
            "seed": ConfigNode(.int(Int(truncatingIfNeeded: seed))),
        ]
        if isTest { config = config.setting("test_mode", to: true) }
        return config
    }

    private func path(_ phase: String) -> String {
        style == .legacy ? "data.\(phase)" : "\(phase)_dataloader.dataset"
    }

    private func dataset(_ phase: String) throws -> ConfigNode {
        guard let dataset = root.at(path: path(phase)), dataset.mapping != nil else {
            throw ConfigError(
                at: root.at(path: path(phase)) ?? root, path: path(phase),
                problem: "required for cross-validation, but missing",
                remedy: "give the data set that is to be cut into parts")
        }
        return dataset
    }

    private func setting(_ root: ConfigNode, _ phase: String, _ dataset: ConfigNode) -> ConfigNode {
        style == .legacy
            ? root.setting("data", phase, to: dataset)
            : root.setting("\(phase)_dataloader", "dataset", to: dataset)
    }
}
