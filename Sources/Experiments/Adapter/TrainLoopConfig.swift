public import ConfigCore

/// What `train_cfg` of a new-style config says.
///
/// Source: `EpochBasedTrainLoop` and `IterBasedTrainLoop` of MMEngine.
public struct TrainLoopConfig: Sendable, Equatable {
    /// Whether the run counts epochs; else iterations.
    public var byEpoch: Bool
    /// How many epochs or iterations to train.
    public var maximum: Int
    /// The first epoch or iteration after which validation may run.
    public var validationBegin: Int
    /// Validation runs after multiples of this, and at the end.
    public var validationInterval: Int
    /// Places from which another interval holds.
    public var dynamicIntervals: [(begin: Int, interval: Int)]

    /// A loop; the rest has MMEngine's defaults.
    public init(
        byEpoch: Bool, maximum: Int, validationBegin: Int = 1, validationInterval: Int? = nil,
        dynamicIntervals: [(begin: Int, interval: Int)] = []
    ) {
        self.byEpoch = byEpoch
        self.maximum = maximum
        self.validationBegin = validationBegin
        self.validationInterval = validationInterval ?? (byEpoch ? 1 : 1000)
        self.dynamicIntervals = dynamicIntervals
    }

    /// Reads `train_cfg`.
    ///
    /// Errors: throws `ConfigError` where the kind of loop is not told exactly once, or a number has no
    /// meaning.
    public init(_ node: ConfigNode, at path: String = "train_cfg") throws {
        try self.init(node, at: path, ownLoops: [])
    }

    /// Reads `train_cfg` of a program that has loops of its own beside the usual two.
    init(_ node: ConfigNode, at path: String = "train_cfg", ownLoops: [String]) throws {
        self = try node.decode(at: path) { try Self.read(&$0, ownLoops) }
    }

    private static func read(_ reader: inout ConfigReader, _ ownLoops: [String]) throws
        -> TrainLoopConfig
    {
        let byEpoch = try kind(&reader, ownLoops)
        let (key, other) = byEpoch ? ("max_epochs", "max_iters") : ("max_iters", "max_epochs")
        if reader.has(other), !reader.has(key) {
            throw reader.failure(
                other, "a loop by \(byEpoch ? "epochs" : "iterations") does not count these",
                remedy: "write \(key)")
        }
        let maximum: Int = try reader.required(key)
        guard maximum >= 0 else { throw reader.failure(key, "", expected: "0 or more") }
        let interval = try reader.value("val_interval", default: byEpoch ? 1 : 1000)
        let begin = try reader.value("val_begin", default: 1)
        let pairs = try reader.optional("dynamic_intervals", as: [[Int]].self) ?? []
        guard pairs.allSatisfy({ $0.count == 2 }) else {
            throw reader.failure(
                "dynamic_intervals", "", expected: "a list of (begin, interval) pairs")
        }
        if interval == 0 || pairs.contains(where: { $0[1] == 0 }) {
            throw reader.failure(
                interval == 0 ? "val_interval" : "dynamic_intervals",
                "an interval of 0 never comes due",
                remedy: "leave out val_cfg, val_dataloader and val_evaluator to train without "
                    + "validation")
        }
        return TrainLoopConfig(
            byEpoch: byEpoch, maximum: maximum, validationBegin: begin,
            validationInterval: interval, dynamicIntervals: pairs.map { ($0[0], $0[1]) })
    }

    private static func kind(_ reader: inout ConfigReader, _ ownLoops: [String]) throws -> Bool {
        if reader.has("type") && reader.has("by_epoch") {
            throw reader.failure("by_epoch", "given beside type", remedy: "keep one of the two")
        }
        guard let type = try reader.optional("type", as: String.self) else {
            return try reader.required("by_epoch")
        }
        switch type.split(separator: ".").last {
        case "EpochBasedTrainLoop": return true
        case "IterBasedTrainLoop": return false
        default:
            throw reader.unknownComponent(
                "train loop", type,
                among: ["EpochBasedTrainLoop", "IterBasedTrainLoop"] + ownLoops)
        }
    }

    /// The epochs or iterations after which validation runs, in order.
    public var validatedAfter: [Int] {
        guard maximum > 0 else { return [] }
        return (1...maximum).filter { done in
            done >= validationBegin && (done % interval(after: done) == 0 || done == maximum)
        }
    }

    /// The interval in force after so many epochs or iterations: that of the last place at or before
    /// the next one.
    private func interval(after done: Int) -> Int {
        let intervals = [(begin: 0, interval: validationInterval)] + dynamicIntervals
        // The original bisects, whatever the order of the places.
        var (low, high) = (0, intervals.count)
        while low < high {
            let middle = (low + high) / 2
            if done + 1 < intervals[middle].begin { high = middle } else { low = middle + 1 }
        }
        return intervals[max(0, low - 1)].interval
    }

    /// Compares everything.
    public static func == (a: TrainLoopConfig, b: TrainLoopConfig) -> Bool {
        a.byEpoch == b.byEpoch && a.maximum == b.maximum && a.validationBegin == b.validationBegin
            && a.validationInterval == b.validationInterval
            && a.dynamicIntervals.elementsEqual(b.dynamicIntervals) { $0 == $1 }
    }
}
