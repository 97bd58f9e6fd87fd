public import ConfigCore

/// The two ways in which configs describe an experiment.
public enum ConfigStyle: String, Sendable {
    /// MMCV 1.x and MMClassification 0.x: `data`, `runner`, `optimizer`, `workflow`.
    case legacy
    /// MMEngine and MMPretrain: `train_dataloader`, `optim_wrapper`, `train_cfg`.
    case new

    /// The style a config is written in, by the keys only one of them has.
    ///
    /// Where keys of both stand side by side, the style with more keys of its own is meant, and the
    /// other ones are for `TopLevelKeys` to report.
    ///
    /// Errors: throws `ConfigError` where both have as many, or neither has any.
    public init(_ root: ConfigNode) throws {
        if let style = try Self.recognized(root) {
            self = style
            return
        }
        throw ConfigError(
            at: root, path: "",
            problem: "neither a legacy config (data, runner, optimizer) nor a new-style one "
                + "(train_dataloader, train_cfg, optim_wrapper)")
    }

    /// The style of a config; nil for a part of one, which has no key that tells.
    ///
    /// Errors: throws `ConfigError` where it could be either.
    static func recognized(_ root: ConfigNode) throws -> ConfigStyle? {
        let legacy = ["data", "runner", "optimizer", "total_epochs"].filter { root[$0] != nil }
        let loaders = ["train", "val", "test"].map { "\($0)_dataloader" }
        var new = (loaders + ["optim_wrapper"]).filter { root[$0] != nil }
        // Some legacy models keep a `train_cfg` of augmentations at the top.
        if root["train_cfg"]?.isTrainLoop ?? false { new.append("train_cfg") }
        guard let old = legacy.first, let young = new.first else {
            return legacy.isEmpty ? (new.isEmpty ? nil : .new) : .legacy
        }
        func countForeign(_ style: ConfigStyle) -> Int {
            style.foreignKeys(in: root).remedies.keys.count { root[$0] != nil }
        }
        let counts = (legacy: countForeign(.new), new: countForeign(.legacy))
        guard counts.legacy != counts.new else {
            throw ConfigError(
                ConfigIssue(
                    at: root[young] ?? root, pointingAt: .key, path: young,
                    problem: "a new-style key in a config that also has the legacy key \(old)",
                    remedy: "write the config in one style"))
        }
        return counts.legacy > counts.new ? .legacy : .new
    }
}

extension ConfigNode {
    /// Whether a `train_cfg` tells how long to train, as the new style's does.
    var isTrainLoop: Bool { self["by_epoch"] != nil || self["type"] != nil }
}
