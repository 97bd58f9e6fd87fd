import ConfigCore
import NeuralNet
public import TorchFile

/// A scheduler that follows a rule within a span of steps.
public final class RuleScheduler: ParameterScheduler {
    /// The name under which configs know it.
    public let typeName: String
    /// The rule.
    public let rule: any SchedulingRule
    /// When it acts.
    public let span: SchedulerSpan
    /// How often it has stepped, outside its span, too.
    public private(set) var stepCount = -1
    /// The values that the groups had when it was built.
    public private(set) var baseValues: [Double] = []
    /// The setting that it moves.
    public let parameter: ScheduledParameter
    private let target: SchedulerTarget
    private let place: SchedulerPlace
    private var lastStep = -1
    private var lastValues: [Double] = []
    private var usesBetas: Bool?

    /// A scheduler; sets the values of the first step at once.
    ///
    /// - Parameters:
    ///   - typeName: The name under which configs know it.
    ///   - parameter: The setting that it moves.
    ///   - rule: How the setting goes.
    ///   - span: When it acts.
    ///   - target: Whose setting it is.
    ///   - place: Where its config stands, for messages.
    /// - Throws: An error where the groups lack the setting, or the rule does not fit them.
    public init(
        _ typeName: String, _ parameter: ScheduledParameter, _ rule: any SchedulingRule,
        span: SchedulerSpan = SchedulerSpan(), for target: SchedulerTarget,
        place: SchedulerPlace? = nil
    ) throws {
        self.typeName = typeName
        self.parameter = parameter
        self.rule = rule
        self.span = span
        self.target = target
        self.place = place ?? SchedulerPlace(typeName)
        try restart()
    }

    /// Whether a step is an epoch.
    public var byEpoch: Bool { span.byEpoch }

    /// What its config says.
    public var settings: [(name: String, value: TorchValue)] { rule.settings + span.settings }

    /// Begins anew, from the values that the groups have now.
    public func restart() throws {
        usesBetas = parameter.usesBetas(of: target.groups)
        try place.locate {
            try rule.prepare(target.groups, parameter)
            baseValues = try parameter.noteStarts(target.groups, resumes: span.lastStep >= 0)
        }
        lastStep = span.lastStep
        stepCount = -1
        try step()
    }

    /// Moves the groups' values by one step where the span has begun and not ended.
    public func step() throws {
        stepCount += 1
        if span.contains(stepCount) {
            lastStep += 1
            for (number, group) in target.groups.enumerated() {
                let value = try place.locate {
                    try rule.value(
                        at: SchedulingPoint(
                            group: group, step: lastStep, current: parameter.value(in: group) ?? 0,
                            base: baseValues[number]))
                }
                parameter.set(value, in: group)
                if span.isVerbose { target.noteAdjustment(of: number, to: value) }
            }
        }
        lastValues = target.groups.map { parameter.value(in: $0) ?? 0 }
    }

    /// What a checkpoint keeps.
    public var state: TorchDictionary {
        var entries: [(String, TorchValue)] =
            usesBetas.map { [("use_betas", .bool($0))] } ?? []
        entries += rule.settings.map { ($0.name, $0.value) }
        entries += [("param_name", .string(parameter.name))]
        entries += span.settings.map { ($0.name, $0.value) }
        entries += [
            ("base_values", .list(baseValues.map { .double($0) })), ("last_step", .int(lastStep)),
            ("_global_step", .int(stepCount)), ("verbose", .bool(span.isVerbose)),
            ("_last_value", .list(lastValues.map { .double($0) })),
        ]
        return TorchDictionary(entries)
    }

    /// Goes on from the progress that a checkpoint kept.
    public func resume(_ saved: TorchDictionary) throws {
        guard let lastStep = saved["last_step"]?.int, let stepCount = saved["_global_step"]?.int
        else {
            throw place.error(SchedulingError(nil, "the checkpoint's state of it has no last_step"))
        }
        self.lastStep = lastStep
        self.stepCount = stepCount
        lastValues = saved["_last_value"]?.elements?.compactMap(\.double) ?? lastValues
    }
}

extension SchedulerSpan {
    /// What the config says of the span, under MMEngine's names.
    var settings: [(name: String, value: TorchValue)] {
        [("begin", .number(begin)), ("end", .number(end)), ("by_epoch", .bool(byEpoch))]
    }
}

extension SchedulerTarget {
    func noteAdjustment(of group: Int, to value: Double, after step: String? = nil) {
        note(
            "Adjusting parameter value of group \(group) to \(PythonText.exponent(value))"
                + (step.map { " in \($0)" } ?? "") + ".")
    }
}
