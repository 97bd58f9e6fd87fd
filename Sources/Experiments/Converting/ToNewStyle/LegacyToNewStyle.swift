import ConfigCore

/// Rewrites a legacy config in the style of MMEngine and MMPretrain.
///
/// Source: the migration guides of MMEngine and MMPretrain.
struct LegacyToNewStyle {
    let root: ConfigNode
    let experiment: Experiment
    let options: StyleConversion.Options
    let registries: Registries
    /// The rewritten config.
    private(set) var config = ConfigNode.emptyMapping
    var report = ConversionReport()

    init(_ root: ConfigNode, _ options: StyleConversion.Options, _ registries: Registries) throws {
        self.root = root
        self.options = options
        self.registries = registries
        // A sampler of another package is converted, too.
        experiment = try LegacyInterpreter.experiment(root.removing("sampler"))
    }

    /// Goes through the config part by part, in the order in which new-style configs are written.
    mutating func convert() throws {
        try model()
        try data()
        try optimizer()
        try schedules()
        try loops()
        try defaultHooks()
        try customHooks()
        try runtime()
        sharedValues()
    }

    mutating func set(_ path: String..., to node: ConfigNode) {
        switch path.count {
        case 1: config = config.setting(path[0], to: node)
        case 2: config = config.setting(path[0], path[1], to: node)
        default: config = config.setting(path[0], path[1], path[2], to: node)
        }
    }

    private mutating func model() throws {
        var model = experiment.model
        guard let training = model["train_cfg"]?.unlessNull else {
            set("model", to: model)
            return
        }
        if let augments = training["augments"]?.unlessNull {
            let converted = try BatchAugments.new(augments, at: "model.train_cfg.augments")
            var settings: ConfigNode = ["augments": ConfigNode(.list(converted.augments))]
            if let shares = converted.shares {
                settings = settings.setting("probs", to: ConfigNode(.list(shares)))
            }
            for (key, value) in training.mapping ?? ConfigMapping() where key != "augments" {
                settings = settings.setting(key, to: value)
            }
            model = model.setting("train_cfg", to: settings)
            set("model", to: model)
            if let classes = converted.classes {
                set("data_preprocessor", "num_classes", to: classes)
            }
            report.moved(
                "model.train_cfg.augments[].prob", "model.train_cfg.probs",
                "num_classes stands in data_preprocessor")
        }
        set("model", to: model)
    }

    /// Names that nothing reads have done their work once the config is read.
    private mutating func sharedValues() {
        guard let keys = try? TopLevelKeys(root) else { return }
        let names = keys.shared.filter { config[$0] == nil && $0 != "sampler" }
        if !names.isEmpty {
            report.dropped(names.joined(separator: ", "), "shared values, which nothing reads")
        }
    }
}
