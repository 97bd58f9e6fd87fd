import ConfigCore

/// Rewrites a new-style config in the style of MMCV 1.x and MMClassification.
struct NewStyleToLegacy: StyleRewriter {
    let root: ConfigNode
    let options: StyleConversion.Options
    let registries: Registries
    /// What `train_cfg` says.
    let loop: TrainLoopConfig
    var config = ConfigNode.emptyMapping
    var report = ConversionReport()

    init(_ root: ConfigNode, _ options: StyleConversion.Options, _ registries: Registries) throws {
        try TopLevelKeys(root).check()
        guard let node = root["train_cfg"]?.unlessNull else {
            throw ConfigError(
                at: root, path: "train_cfg", problem: "required key is missing",
                remedy: "a config that cannot train has no legacy form")
        }
        self.root = root
        self.options = options
        self.registries = registries
        loop = try TrainLoopConfig(node)
    }

    /// Goes through the config part by part.
    mutating func convert() throws {
        try model()
        try data()
        try optimizer()
        try schedules()
        try loops()
        try hooks()
        try runtime()
        dropSharedValues()
    }

    /// What the model does with images first: its own settings, over those at the top level.
    var preprocessor: ConfigNode {
        let own = root.at(path: "model.data_preprocessor")?.unlessNull ?? .emptyMapping
        return NewTransforms.joined(root["data_preprocessor"]?.unlessNull ?? .emptyMapping, own)
    }

    private mutating func model() throws {
        guard var model = root["model"] else {
            throw ConfigError(at: root, path: "model", problem: "required key is missing")
        }
        model = model.removing("data_preprocessor")
        let head = model.at(path: "head.type")?.string?.split(separator: ".").last
        for key in ["thr", "topk"] where head?.hasPrefix("MultiLabel") == true {
            guard model["head"]?[key] != nil else { continue }
            model = model.setting(
                "head", to: model["head"]?.removing(key) ?? .emptyMapping)
            report.dropped("model.head.\(key)", "legacy heads choose no classes, metrics do")
        }
        let own = preprocessor["batch_augments"]?.unlessNull
        let training = model["train_cfg"]?.unlessNull
        if let training = own ?? training, training["augments"] != nil {
            let path = own == nil ? "model.train_cfg" : "data_preprocessor.batch_augments"
            let classes = preprocessor["num_classes"] ?? model.at(path: "head.num_classes")
            let augments = try BatchAugments.legacy(
                training, classes: classes, at: "\(path).augments")
            model = model.setting(
                "train_cfg",
                to: training.removing("probs").setting("augments", to: augments))
            report.moved("\(path).probs", "model.train_cfg.augments[].prob")
        }
        for key in ["pad_size_divisor", "pad_value", "to_onehot"] {
            guard let value = preprocessor[key]?.unlessNull,
                value != 1 || key != "pad_size_divisor",
                value.bool != false, value != 0
            else { continue }
            throw ConfigError(
                at: value, path: "data_preprocessor.\(key)",
                problem: "has no counterpart in the legacy style")
        }
        if let type = preprocessor["type"], type != "ClsDataPreprocessor" {
            throw ConfigError(
                at: type, path: "data_preprocessor.type",
                problem: "\(type.value.summary) has no counterpart in the legacy style")
        }
        set("model", to: model)
    }
}
