import ConfigCore

/// Rewrites a legacy config in the style of MMEngine and MMPretrain.
///
/// Source: the migration guides of MMEngine and MMPretrain.
struct LegacyToNewStyle: StyleRewriter {
    let root: ConfigNode
    let experiment: Experiment
    let options: StyleConversion.Options
    let registries: Registries
    var config = ConfigNode.emptyMapping
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
        dropSharedValues(except: "sampler")
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
}
