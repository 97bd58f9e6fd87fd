import ConfigCore
import TorchFile

/// When a metric counts as better, and what happens when it does not get better.
struct PlateauRule: Sendable {
    /// Which values of a metric are the better ones.
    enum Direction: String, CaseIterable, Sendable {
        case less
        case greater
    }

    /// What a threshold is measured against.
    enum Measure: String, CaseIterable, Sendable {
        case relative = "rel"
        case absolute = "abs"
    }

    let monitor: String
    let direction: Direction
    let factor: Double
    let patience: Int
    let threshold: Double
    let measure: Measure
    let cooldown: Int
    /// Changes up to this are not made.
    let leastChange: Double

    init(from reader: inout ConfigReader) throws {
        monitor = try reader.value("monitor", default: "loss")
        direction = try reader.choice("rule", default: .less)
        factor = try reader.value("factor", default: 0.1)
        guard factor < 1 else {
            throw reader.failure("factor", "expected a number below 1, got \(factor)")
        }
        patience = try reader.value("patience", default: 10)
        threshold = try reader.value("threshold", default: 1e-4)
        guard threshold >= 0 else {
            throw reader.failure("threshold", "must not be negative, got \(threshold)")
        }
        measure = try reader.choice("threshold_rule", default: .relative)
        cooldown = try reader.value("cooldown", default: 0)
        leastChange = try reader.value("eps", default: 1e-8)
    }

    /// What any metric is better than.
    var worst: Double { direction == .less ? 1e9 : -1e9 }

    func isBetter(_ metric: Double, than best: Double) -> Bool {
        switch (direction, measure) {
        case (.less, .relative): metric < best * (1 - threshold)
        case (.less, .absolute): metric < best - threshold
        case (.greater, .relative): metric > best * (threshold + 1)
        case (.greater, .absolute): metric > best + threshold
        }
    }

    /// The rule under MMEngine's names.
    var settings: [(name: String, value: TorchValue)] {
        [
            ("patience", .int(patience)), ("cooldown", .int(cooldown)),
            ("eps", .double(leastChange)), ("monitor", .string(monitor)),
            ("rule", .string(direction.rawValue)), ("threshold", .double(threshold)),
            ("threshold_rule", .string(measure.rawValue)),
        ]
    }
}

/// How far a plateau has gone on.
struct PlateauProgress {
    private var best: Double
    private var badEpochs = 0
    private var cooldown = 0

    init(_ rule: PlateauRule) { best = rule.worst }

    init?(_ saved: TorchDictionary) {
        guard let best = saved["best"]?.double, let bad = saved["num_bad_epochs"]?.int,
            let cooldown = saved["cooldown_counter"]?.int
        else { return nil }
        self.best = best
        badEpochs = bad
        self.cooldown = cooldown
    }

    /// Takes in a metric; whether it is time to lower the setting.
    mutating func lowers(after metric: Double, by rule: PlateauRule) -> Bool {
        if rule.isBetter(metric, than: best) {
            best = metric
            badEpochs = 0
        } else {
            badEpochs += 1
        }
        if cooldown > 0 {
            cooldown -= 1
            badEpochs = 0
        }
        guard badEpochs > rule.patience else { return false }
        cooldown = rule.cooldown
        badEpochs = 0
        return true
    }

    func state(_ rule: PlateauRule) -> [(String, TorchValue)] {
        [
            ("cooldown_counter", .int(cooldown)), ("rule_worse", .number(rule.worst)),
            ("best", .number(best)), ("num_bad_epochs", .int(badEpochs)),
        ]
    }
}

extension ConfigReader {
    /// One of the names of an enumeration.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, default choice: Choice
    ) throws -> Choice where Choice.RawValue == String {
        let name = try value(key, default: choice.rawValue)
        guard let choice = Choice(rawValue: name) else {
            throw unknownName(key, name, among: Choice.allCases.map(\.rawValue))
        }
        return choice
    }
}
