public import ConfigCore

/// The two ways in which configs describe an experiment.
public enum ConfigStyle: String, Sendable {
    /// MMCV 1.x and MMClassification 0.x: `data`, `runner`, `optimizer`, `workflow`.
    case legacy
    /// MMEngine and MMPretrain: `train_dataloader`, `optim_wrapper`, `train_cfg`.
    case new

    /// The style a config is written in, by the keys only one of them has.
    ///
    /// Errors: throws `ConfigError` where keys of both styles stand side by side, or of neither.
    public init(_ root: ConfigNode) throws {
        let keys = root.mapping.map { Array($0.keys) } ?? []
        let legacy = keys.filter { ["data", "runner", "optimizer", "total_epochs"].contains($0) }
        var new = keys.filter { ["train_dataloader", "optim_wrapper", "val_cfg"].contains($0) }
        // Some legacy models keep a `train_cfg` of augmentations at the top.
        if let loop = root["train_cfg"], loop["by_epoch"] != nil || loop["type"] != nil {
            new.append("train_cfg")
        }
        switch (legacy.first, new.first) {
        case (_?, nil): self = .legacy
        case (nil, _?): self = .new
        case (let old?, let young?):
            throw ConfigError(
                at: root[young] ?? root, path: young,
                problem: "a new-style key in a config that also has the legacy key \(old)",
                remedy: "write the config in one style")
        case (nil, nil):
            throw ConfigError(
                at: root, path: "",
                problem: "neither a legacy config (data, runner, optimizer) nor a new-style one "
                    + "(train_dataloader, train_cfg, optim_wrapper)")
        }
    }
}
