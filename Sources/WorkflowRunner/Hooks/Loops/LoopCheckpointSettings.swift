public import ConfigCore

/// What MMEngine's `CheckpointHook` is told.
public struct LoopCheckpointSettings: Sendable {
    /// Every how many epochs or iterations a checkpoint is saved; -1 only at the end.
    public var interval = -1
    /// Whether epochs count.
    public var byEpoch = true
    /// Whether the optimizers' state is saved.
    public var savesOptimizer = true
    /// Whether the schedulers' state is saved.
    public var savesSchedulers = true
    /// Where to, in a folder named like the work directory; nil saves in that itself.
    public var outDirectory: String?
    /// How many files stay; -1 keeps all.
    public var maximumKept = -1
    /// Whether the end of training is saved in any case.
    public var savesLast = true
    /// The metrics whose best model is kept; `auto` is the first.
    public var best: [String] = []
    /// How many epochs or iterations pass before the interval counts.
    public var begin = 0
    /// The entries that published files keep; none publishes nothing.
    public var publishedKeys: [String] = []
    /// The files' name with `{}` for the number.
    public var template = "epoch_{}.pth"
    private var rules: [EvaluationOptions.Rule] = []
    private var options = EvaluationOptions()

    /// The original's defaults.
    public init() {}

    /// Reads the settings as configs name them.
    public init(from reader: inout ConfigReader) throws {
        interval = try reader.value("interval", default: interval)
        byEpoch = try reader.value("by_epoch", default: byEpoch)
        savesOptimizer = try reader.value("save_optimizer", default: savesOptimizer)
        savesSchedulers = try reader.value("save_param_scheduler", default: savesSchedulers)
        outDirectory = try reader.optional("out_dir")
        maximumKept = try reader.value("max_keep_ckpts", default: maximumKept)
        savesLast = try reader.value("save_last", default: savesLast)
        begin = try reader.value("save_begin", default: begin)
        guard begin >= 0 else {
            throw reader.failure("save_begin", "must not be negative, got \(begin)")
        }
        best = try Self.names("save_best", &reader)
        guard best.count < 2 || !best.contains("auto") else {
            throw reader.failure("save_best", "\"auto\" stands alone", remedy: "name the metrics")
        }
        publishedKeys = try Self.names("published_keys", &reader)
        if let keys = try Self.given("greater_keys", &reader) { options.greaterKeys = keys }
        if let keys = try Self.given("less_keys", &reader) { options.lessKeys = keys }
        rules = try Self.names("rule", &reader).map { name in
            guard let rule = EvaluationOptions.Rule(rawValue: name) else {
                throw reader.failure(
                    "rule", "\"\(name)\" is not a rule", remedy: "write \"greater\" or \"less\"")
            }
            return rule
        }
        guard rules.count < 2 || rules.count == best.count else {
            throw reader.failure("rule", "needs one rule, or one for each metric of save_best")
        }
        template = byEpoch ? "epoch_{}.pth" : "iter_{}.pth"
        if let written: String = try reader.optional("filename_tmpl") {
            guard FileNameTemplate(written) != nil else {
                throw reader.failure(
                    "filename_tmpl", FileNameTemplate.problem(written),
                    remedy: FileNameTemplate.remedy)
            }
            template = written
        }
        try FileBackend.check(&reader)
        for metric in best where metric != "auto" && rule(for: metric) == nil {
            throw reader.failure(
                "save_best", "cannot tell whether a high or a low \"\(metric)\" is good",
                remedy: "add rule=\"greater\" or rule=\"less\"")
        }
    }

    /// Which scores of a metric are better; nil where neither rule nor name says so.
    func rule(for metric: String) -> EvaluationOptions.Rule? {
        var options = options
        let place = best.firstIndex(of: metric) ?? 0
        options.rule =
            rules.count == 1 ? rules[0] : rules.indices.contains(place) ? rules[place] : nil
        return options.rule(for: metric)
    }

    private static func given(_ key: String, _ reader: inout ConfigReader) throws -> [String]? {
        reader.has(key) ? try names(key, &reader) : nil
    }

    /// One name or a list of them.
    private static func names(_ key: String, _ reader: inout ConfigReader) throws -> [String] {
        if case .string(let name) = reader.node(key)?.value { return [name] }
        return try reader.optional(key) ?? []
    }
}
