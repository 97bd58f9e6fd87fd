import ConfigCore
import Foundation

/// When a scheduler acts: what all schedulers' configs have in common.
public struct SchedulerSpan: Sendable, Equatable {
    /// The `end` that means never.
    public static var unlimited: Double { 1e9 }

    /// The step from which it acts.
    public var begin: Double
    /// The step at which it no longer acts.
    public var end: Double
    /// Whether a step is an epoch.
    public var byEpoch: Bool
    /// How many steps a unit of the config's numbers is: the iterations of an epoch where a config in
    /// epochs is followed in iterations.
    public var unit: Int
    /// The last of the scheduler's own steps that was taken; -1 for a fresh start.
    public var lastStep: Int
    /// Whether it tells every value that it sets.
    public var isVerbose: Bool

    /// A span of steps.
    public init(
        begin: Double = 0, end: Double = SchedulerSpan.unlimited, byEpoch: Bool = true,
        unit: Int = 1, lastStep: Int = -1, isVerbose: Bool = false
    ) {
        self.begin = begin
        self.end = end
        self.byEpoch = byEpoch
        self.unit = unit
        self.lastStep = lastStep
        self.isVerbose = isVerbose
    }

    /// How many steps the scheduler acts.
    public var length: Double { end - begin }
    /// A number of the config in steps.
    public func steps(_ number: Double) -> Double { number * Double(unit) }
    /// Whether the scheduler acts at a step.
    func contains(_ step: Int) -> Bool { begin <= Double(step) && Double(step) < end }

    /// Reads the keys that all schedulers have.
    ///
    /// Errors: throws `ConfigError` where the end does not lie behind the begin, or a conversion to
    /// iterations is not possible.
    static func read(_ reader: inout ConfigReader, _ run: RunLength) throws -> SchedulerSpan {
        let byEpoch = try reader.value("by_epoch", default: true)
        let whole = byEpoch ? run.epochs : run.iterations
        var span = SchedulerSpan(
            begin: try reader.value("begin", default: 0),
            end: try reader.value("end", default: whole.map(Double.init) ?? unlimited),
            byEpoch: byEpoch, lastStep: try reader.value("last_step", default: -1),
            isVerbose: try reader.value("verbose", default: false))
        if try reader.value("convert_to_iter_based", default: false) {
            try span.convert(reader, run)
        }
        guard span.begin < span.end else {
            throw reader.failure(
                reader.has("end") ? "end" : "begin",
                "the end must lie behind the begin, got begin=\(number(span.begin)) and "
                    + "end=\(number(span.end))")
        }
        guard span.lastStep >= -1 else {
            throw reader.failure(
                "last_step", "expected -1 or a number of steps, got \(span.lastStep)")
        }
        return span
    }

    private mutating func convert(_ reader: ConfigReader, _ run: RunLength) throws {
        let key = "convert_to_iter_based"
        guard byEpoch else {
            throw reader.failure(
                key, "the scheduler counts iterations already (by_epoch=False)",
                remedy: "leave one of the two out")
        }
        guard let unit = run.iterationsPerEpoch, unit > 0 else {
            throw reader.failure(
                key, "nobody knows how many iterations an epoch has",
                remedy: "give a train_dataloader that is not empty")
        }
        byEpoch = false
        self.unit = unit
        begin = steps(begin).rounded(.towardZero)
        if end != Self.unlimited { end = steps(end).rounded(.towardZero) }
    }

    /// A number without `.0`.
    static func number(_ value: Double) -> String {
        Int(exactly: value).map { "\($0)" } ?? "\(value)"
    }
}
