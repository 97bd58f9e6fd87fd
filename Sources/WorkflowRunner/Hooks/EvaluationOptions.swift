public import ConfigCore

/// When the model is evaluated, and which score makes a checkpoint the best.
public struct EvaluationOptions: Sendable {
    /// Which of two scores is better.
    public enum Rule: String, Sendable {
        case greater, less
    }

    /// The first epoch or iteration to evaluate after; 0 evaluates before training too.
    public var start: Int?
    /// Every how many epochs or iterations.
    public var interval = 1
    /// Whether epochs count.
    public var byEpoch = true
    /// The metric whose best checkpoint is kept; `auto` takes the first.
    public var saveBest: String?
    /// Which scores are better; nil goes by the metric's name.
    public var rule: Rule?
    /// Metrics whose higher scores are better.
    public var greaterKeys = [
        "acc", "top", "AR@", "auc", "precision", "mAP", "mDice", "mIoU", "mAcc", "aAcc",
    ]
    /// Metrics whose lower scores are better.
    public var lessKeys = ["loss"]
    /// Where best checkpoints go, in a folder named like the work directory.
    public var outDirectory: String?

    /// The original's defaults: after every epoch, keeping no best checkpoint.
    public init() {}

    /// Reads its own keys of an `evaluation` config: the metrics' options stay unread.
    public init(from reader: inout ConfigReader) throws {
        start = try reader.optional("start")
        interval = try reader.value("interval", default: 1)
        byEpoch = try reader.value("by_epoch", default: true)
        saveBest = try reader.optional("save_best")
        outDirectory = try reader.optional("out_dir")
        if let keys = try Self.names("greater_keys", &reader) { greaterKeys = keys }
        if let keys = try Self.names("less_keys", &reader) { lessKeys = keys }
        try FileBackend.check(&reader)
        // They say how several processes evaluate together.
        reader.ignore("gpu_collect", "tmpdir", "broadcast_bn_buffer")
        if let name: String = try reader.optional("rule") {
            guard let rule = Rule(rawValue: name) else {
                throw reader.failure(
                    "rule", "\"\(name)\" is not a rule", remedy: "write \"greater\" or \"less\"")
            }
            self.rule = rule
        }
        guard interval > 0 else {
            throw reader.failure("interval", "expected a positive number, got \(interval)")
        }
        if let start, start < 0 {
            throw reader.failure("start", "must not be negative, got \(start)")
        }
        if let saveBest, saveBest != "auto", rule(for: saveBest) == nil {
            throw reader.failure(
                "save_best", "cannot tell whether a high or a low \"\(saveBest)\" is good",
                remedy: "add rule=\"greater\" or rule=\"less\"")
        }
    }

    /// One name or a list of them.
    private static func names(_ key: String, _ reader: inout ConfigReader) throws -> [String]? {
        if case .string(let name) = reader.node(key)?.value { return [name] }
        return try reader.optional(key)
    }

    /// Which scores of a metric are better, or nil where neither rule nor name says so.
    public func rule(for metric: String) -> Rule? {
        if let rule { return rule }
        let name = metric.lowercased()
        let greater = greaterKeys.map { $0.lowercased() }
        let less = lessKeys.map { $0.lowercased() }
        if greater.contains(name) { return .greater }
        if less.contains(name) { return .less }
        if greater.contains(where: name.contains) { return .greater }
        if less.contains(where: name.contains) { return .less }
        return nil
    }

    /// Whether an evaluation is due when so many epochs or iterations are done.
    package func isDue(after done: Int) -> Bool {
        guard let start else { return done.isMultiple(of: interval) }
        return done >= start && (done - start).isMultiple(of: interval)
    }
}
