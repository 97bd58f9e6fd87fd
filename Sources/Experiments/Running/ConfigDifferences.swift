import ConfigCore

/// How the config of a run differs from the one its checkpoint was saved under, and what follows.
struct ConfigDifferences {
    /// One key that differs.
    struct Row {
        /// Where today's value stands, such as `config.json:12:5` or `--cfg-options`.
        let place: String?
        let path: String
        let was: String
        let now: String
        /// What comes of it.
        let effect: String

        var text: String {
            (place.map { "\($0): " } ?? "") + "\(path): was \(was), is \(now); \(effect)"
        }
    }

    private(set) var rows: [Row] = []
    /// The optimizer's settings that differ.
    private(set) var optimizerOptions: Set<String> = []

    /// Keys that have no effect on a run that goes on.
    private static let silentKeys: Set<String> = LegacyInterpreter.harmlessKeys.union([
        "work_dir", "load_from", "resume_from", "resume", "log_level", "device", "launcher",
        "experiment_name", "visualizer", "log_processor",
        // The seed may also come from the command line and is compared for itself.
        "seed",
    ])

    /// Compares with the config that a checkpoint holds as JSON.
    ///
    /// Errors: throws where that is no config.
    init(saved: String, now: ConfigNode) throws {
        let then = try Config.parse(text: saved, name: "the checkpoint's config")
        compare(then, now, [], parent: now)
    }

    /// All rows under one heading; nil where there are none.
    var text: String? {
        guard !rows.isEmpty else { return nil }
        return "the config differs from the checkpoint's:\n"
            + rows.map { "    \($0.text)" }.joined(separator: "\n")
    }

    private mutating func compare(
        _ then: ConfigNode?, _ now: ConfigNode?, _ path: [ConfigKey], parent: ConfigNode
    ) {
        if case .key(let first) = path.first, Self.silentKeys.contains(first) { return }
        if let old = then?.mapping, let new = now?.mapping, let now {
            let removed = old.keys.filter { new[$0] == nil }
            for key in new.keys + removed {
                compare(old[key], new[key], path + [.key(key)], parent: now)
            }
        } else if let old = then?.list, let new = now?.list, let now, old.count == new.count {
            for (index, pair) in zip(old, new).enumerated() {
                compare(pair.0, pair.1, path + [.index(index)], parent: now)
            }
        } else if !Self.areEqual(then, now) {
            note(then, now, path, parent)
        }
    }

    /// A missing key and `null` are the same, as are a whole number and the same one with a point.
    private static func areEqual(_ then: ConfigNode?, _ now: ConfigNode?) -> Bool {
        guard let then, !then.isNull else { return now?.isNull ?? true }
        guard let now, !now.isNull else { return false }
        if let old = then.double, let new = now.double {
            return old == new || old.isNaN && new.isNaN
        }
        return then == now
    }

    private mutating func note(
        _ then: ConfigNode?, _ now: ConfigNode?, _ path: [ConfigKey], _ parent: ConfigNode
    ) {
        let keys = path.map { if case .key(let key) = $0 { key } else { "" } }
        // One wrapper, or several by name.
        let isWrapped =
            keys.first == "optim_wrapper"
            && !["optimizer", "paramwise_cfg"].filter(keys.prefix(3).contains).isEmpty
        if keys.first == "optimizer" || isWrapped { noteOption(keys, parent) }
        rows.append(
            Row(
                place: (now ?? parent).origin.place,
                path: path.reduce("") { text, part in
                    switch part {
                    case .key(let key): ConfigPath.join(text, key: key)
                    case .index(let index): ConfigPath.join(text, index: index)
                    }
                }, was: Self.value(then), now: Self.value(now), effect: Self.effect(keys)))
    }

    private mutating func noteOption(_ keys: [String], _ parent: ConfigNode) {
        if keys.contains("paramwise_cfg") {
            optimizerOptions.formUnion(["lr", "weight_decay"])
        } else if let option = keys.last(where: { !$0.isEmpty }), option != "type" {
            optimizerOptions.insert(option)
        }
    }

    private static func value(_ node: ConfigNode?) -> String {
        guard let node else { return "not set" }
        let text = ConfigWriter.json(node, indent: nil)
        return text.count > 60 ? text.prefix(57) + "..." : text
    }

    private static func effect(_ keys: [String]) -> String {
        switch keys.first {
        case "optimizer" where keys.last == "type",
            "optim_wrapper" where keys.suffix(2) == ["optimizer", "type"]:
            return "resuming fails unless the saved state fits it"
        case "optimizer", "optimizer_config", "fp16", "optim_wrapper":
            return "counts from the next step"
        case "lr_config", "momentum_config", "param_scheduler":
            return "the schedule follows it from the next step, as if it had always been so"
        case "runner" where ["max_epochs", "max_iters"].contains(keys.last), "total_epochs",
            "train_cfg" where ["max_epochs", "max_iters"].contains(keys.last):
            return "the run ends there, and schedules reach to it"
        case "runner", "workflow":
            return "the workflow starts from its first entry, an epoch begun from its start"
        case "model": return "the model is built so, and all saved weights must fit it"
        case "data":
            return "counts from the next batch; with another number of batches the workflow starts "
                + "from its first entry"
        default: return "counts from now on"
        }
    }
}
