import ConfigCore
import NeuralNet
public import TorchFile

/// Lowers a setting when a metric of the validations has stopped getting better.
///
/// Source: MMEngine's `ReduceOnPlateauParamScheduler`.
public final class PlateauScheduler: ParameterScheduler {
    /// The name under which configs know it.
    public let typeName: String
    /// When it acts.
    public let span: SchedulerSpan
    /// How many epochs have ended.
    public private(set) var stepCount = 0
    /// The values that the groups had when it was built.
    public private(set) var baseValues: [Double] = []
    /// The setting that it moves.
    public let parameter: ScheduledParameter
    private let target: SchedulerTarget
    private let place: SchedulerPlace
    private let rule: PlateauRule
    private let minima: [Double]
    private var progress: PlateauProgress
    private var lastStep = -1
    private var lastValues: [Double] = []
    private var usesBetas: Bool?
    /// The metric of each validation, with the epochs that had ended: what a changed config is replayed with.
    private(set) var history: [(stepCount: Int, metric: Double)] = []

    init(
        _ typeName: String, _ parameter: ScheduledParameter, _ rule: PlateauRule,
        minima: GroupNumbers, span: SchedulerSpan, for target: SchedulerTarget,
        place: SchedulerPlace
    ) throws {
        self.typeName = typeName
        self.parameter = parameter
        self.rule = rule
        self.span = span
        self.target = target
        self.place = place
        progress = PlateauProgress(rule)
        let base = target.groups.count { $0.parameters.isEmpty }
        switch minima {
        case .same(let value): self.minima = target.groups.map { _ in value }
        case .each(let values):
            guard let last = values.last, values.count == target.groups.count - base else {
                throw place.error(
                    SchedulingError(
                        "min_value",
                        "the optimizer has \(target.groups.count - base) parameter groups, got \(values.count) numbers"
                    ))
            }
            self.minima = values + Array(repeating: last, count: base)
        }
        try restart()
    }

    static func register(in registry: inout Registry<any ParameterScheduler>) {
        for (suffix, parameter) in ParameterSchedulerTypes.forms {
            let name = "ReduceOnPlateau\(suffix)"
            registry.register(name) { reader, context in
                let target = try context.value(SchedulerTarget.self)
                let parameter = try parameter ?? ScheduledParameter(reader.required("param_name"))
                let span = try SchedulerSpan.read(&reader, target.length)
                guard span.byEpoch else {
                    throw reader.failure(
                        reader.has("convert_to_iter_based") ? "convert_to_iter_based" : "by_epoch",
                        "\(name) looks at validations after epochs only",
                        remedy: "leave it out")
                }
                let rule = try PlateauRule(from: &reader)
                let minima = try reader.value("min_value", default: GroupNumbers.same(0))
                try reader.checkAllRead()
                return try PlateauScheduler(
                    name, parameter, rule, minima: minima, span: span,
                    for: target, place: SchedulerPlace(reader.path, reader.node))
            }
        }
    }

    /// It steps after epochs.
    public var byEpoch: Bool { true }

    /// What its config says.
    public var settings: [(name: String, value: TorchValue)] {
        span.settings + [("factor", .double(rule.factor)), minimaSetting] + rule.settings
    }

    private var minimaSetting: (name: String, value: TorchValue) {
        ("min_values", .list(minima.map { .double($0) }))
    }

    /// Begins anew, from the values that the groups have now.
    public func restart() throws {
        usesBetas = parameter.usesBetas(of: target.groups)
        baseValues = try place.locate {
            try parameter.noteStarts(target.groups, resumes: span.lastStep >= 0)
        }
        lastStep = span.lastStep
        stepCount = 0
        progress = PlateauProgress(rule)
        history = []
        noteValues()
    }

    /// Counts an epoch.
    public func step() { stepCount += 1 }

    /// Finds out whether validations give the metric, before there is any.
    func checkMetric(among names: [String], isGiven: (String) -> Bool) throws {
        guard isGiven(rule.monitor) else { throw missingMetric(among: names) }
    }

    private func missingMetric(among names: [String]) -> any Error {
        place.error(
            SchedulingError(
                "monitor", "the validation has no metric \"\(rule.monitor)\"",
                remedy: names.isEmpty ? nil : "known: \(names.joined(separator: ", "))"))
    }

    /// Looks at the metrics of a validation, and lowers the setting where they have not got better.
    public func step(metrics: [String: Double]) throws {
        guard let metric = metrics[rule.monitor] else {
            // Outside of its span it looks at nothing.
            guard span.contains(stepCount) else { return noteValues() }
            throw missingMetric(among: metrics.keys.sorted())
        }
        history.append((stepCount, metric))
        if span.contains(stepCount) {
            lastStep += 1
            if progress.lowers(after: metric, by: rule) { lowerValues() }
        }
        noteValues()
    }

    private func lowerValues() {
        for (number, group) in target.groups.enumerated() {
            let current = parameter.value(in: group) ?? 0
            let value = max(current * rule.factor, minima[number])
            guard current - value > rule.leastChange else { continue }
            parameter.set(value, in: group)
            if span.isVerbose {
                target.noteAdjustment(of: number, to: value, after: "epoch \(lastStep)")
            }
        }
    }

    private func noteValues() { lastValues = target.groups.map { parameter.value(in: $0) ?? 0 } }

    /// What a checkpoint keeps.
    public var state: TorchDictionary {
        var entries: [(String, TorchValue)] =
            usesBetas.map { [("use_betas", .bool($0))] } ?? []
        entries.append(("param_name", .string(parameter.name)))
        entries += span.settings.map { ($0.name, $0.value) }
        entries += [
            ("last_step", .int(lastStep)), ("_global_step", .int(stepCount)),
            ("verbose", .bool(span.isVerbose)), ("factor", .double(rule.factor)),
            (minimaSetting.name, minimaSetting.value),
        ]
        entries += rule.settings.map { ($0.name, $0.value) }
        entries += progress.state(rule)
        entries += [
            ("_last_value", .list(lastValues.map { .double($0) })),
            (
                Self.historyKey,
                .list(history.map { .tuple([.int($0.stepCount), .double($0.metric)]) })
            ),
        ]
        return TorchDictionary(entries)
    }

    /// Goes on from the progress that a checkpoint kept.
    public func resume(_ saved: TorchDictionary) throws {
        guard let lastStep = saved["last_step"]?.int, let stepCount = saved["_global_step"]?.int,
            let progress = PlateauProgress(saved)
        else {
            throw place.error(SchedulingError(nil, "the checkpoint's state of it is incomplete"))
        }
        self.lastStep = lastStep
        self.stepCount = stepCount
        self.progress = progress
        history = Self.history(saved) ?? []
        noteValues()
    }

    /// The metrics that a checkpoint kept, where it kept all that were looked at.
    static func history(_ saved: TorchDictionary) -> [(stepCount: Int, metric: Double)]? {
        guard let list = saved[historyKey]?.elements else {
            return saved["last_step"]?.int == -1 ? [] : nil
        }
        let history = list.compactMap { item -> (stepCount: Int, metric: Double)? in
            guard let parts = item.elements, parts.count == 2, let count = parts[0].int,
                let metric = parts[1].double
            else { return nil }
            return (count, metric)
        }
        // MMEngine carries the entry along without adding to it.
        return history.count > saved["last_step"]?.int ?? 0 ? history : nil
    }

    static var historyKey: String { "mmrunner_metrics" }
    /// The metric it watches.
    var monitor: String { rule.monitor }
}
