public import ConfigCore

/// The parameter schedulers that configs may name: each rule as `…LR`, `…Momentum` and `…ParamScheduler`.
public enum ParameterSchedulerTypes {
    /// Reads a rule's own keys; the span is in steps already.
    public typealias RuleReader =
        @Sendable (inout ConfigReader, SchedulerSpan) throws -> any SchedulingRule

    /// Adds the schedulers to a registry.
    public static func register(in registry: inout Registry<any ParameterScheduler>) {
        add("Constant", to: &registry) { reader, span in
            ConstantRule(
                factor: try reader.factor("factor", default: 1.0 / 3), length: span.length)
        }
        add("Linear", to: &registry) { reader, span in
            try LinearRule(
                start: try reader.factor("start_factor", default: 1.0 / 3),
                end: try reader.factor("end_factor", default: 1), length: span.length)
        }
        add("Exponential", to: &registry) { reader, _ in
            ExponentialRule(gamma: try reader.required("gamma"))
        }
        add("Step", to: &registry) { reader, span in
            let interval: Int = try reader.required("step_size")
            guard interval > 0 else {
                throw reader.failure("step_size", "expected a positive number, got \(interval)")
            }
            return StepRule(
                interval: interval * span.unit, gamma: try reader.value("gamma", default: 0.1))
        }
        add("MultiStep", to: &registry) { reader, span in
            let milestones: [Double] = try reader.required("milestones")
            return MultiStepRule(
                milestones: milestones.map(span.steps),
                gamma: try reader.value("gamma", default: 0.1))
        }
        add("Poly", to: &registry) { reader, span in
            PolyRule(
                power: try reader.value("power", default: 1),
                minimum: try reader.value("eta_min", default: 0), length: span.length)
        }
        add("CosineAnnealing", to: &registry) { try cosineAnnealing(&$0, $1) }
        registry.register("CosineAnnealingWeightDecay") { reader, context in
            try scheduler(
                &reader, context, "CosineAnnealingWeightDecay", ScheduledParameter("weight_decay")
            ) {
                try cosineAnnealing(&$0, $1, keepsZero: true)
            }
        }
        add("CosineRestart", to: &registry, cosineRestart)
        for (suffix, parameter) in forms where suffix != "Momentum" {
            let name = "OneCycle\(suffix)"
            registry.register(name) { reader, context in
                try scheduler(&reader, context, name, parameter, oneCycle)
            }
        }
        PlateauScheduler.register(in: &registry)
    }

    /// What the names of schedulers end in, and the setting that goes with it.
    static var forms: [(suffix: String, parameter: ScheduledParameter?)] {
        [("LR", .learningRate), ("Momentum", .momentum), ("ParamScheduler", nil)]
    }

    /// Adds a rule of one's own: the keys that all schedulers have come by themselves.
    ///
    /// - Parameters:
    ///   - rule: What the names in configs begin with.
    ///   - registry: Where to add it.
    ///   - read: Reads the rule's own keys.
    public static func add(
        _ rule: String, to registry: inout Registry<any ParameterScheduler>,
        _ read: @escaping RuleReader
    ) {
        for (suffix, parameter) in forms {
            let name = rule + suffix
            registry.register(name) { reader, context in
                try scheduler(&reader, context, name, parameter, read)
            }
        }
    }

    private static func scheduler(
        _ reader: inout ConfigReader, _ context: BuildContext, _ name: String,
        _ parameter: ScheduledParameter?, _ read: RuleReader
    ) throws -> any ParameterScheduler {
        let target = try context.value(SchedulerTarget.self)
        let parameter = try parameter ?? ScheduledParameter(reader.required("param_name"))
        let span = try SchedulerSpan.read(&reader, target.length)
        let place = SchedulerPlace(reader.path, reader.node)
        let rule = try place.locate { try read(&reader, span) }
        // Groups are changed by a scheduler that will be there, not by one with a misspelt key.
        try reader.checkAllRead()
        return try RuleScheduler(
            name, parameter, rule, span: span, for: target, place: place)
    }

    private static func cosineAnnealing(
        _ reader: inout ConfigReader, _ span: SchedulerSpan, keepsZero: Bool = false
    ) throws -> any SchedulingRule {
        let steps = try reader.optional("T_max", as: Double.self) ?? 0
        guard steps >= 0 else {
            throw reader.failure(
                "T_max", "expected a positive number, got \(SchedulerSpan.number(steps))")
        }
        return CosineAnnealingRule(
            steps: steps == 0 ? span.length : span.steps(steps),
            minimum: try reader.minimum() ?? .value(0), keepsZero: keepsZero)
    }

    private static func cosineRestart(
        _ reader: inout ConfigReader, _ span: SchedulerSpan
    ) throws -> any SchedulingRule {
        let periods: [Double] = try reader.required("periods")
        guard !periods.isEmpty, periods.allSatisfy({ $0 > 0 }) else {
            throw reader.failure("periods", "expected positive numbers")
        }
        let weights = try reader.value("restart_weights", default: [1.0])
        guard weights.count == periods.count else {
            throw reader.failure(
                "restart_weights",
                "there are \(periods.count) periods, got \(weights.count) weights",
                remedy: "give one a period")
        }
        guard let minimum = try reader.minimum() else {
            throw reader.failure(
                nil, "eta_min or eta_min_ratio is needed", remedy: "set one of them")
        }
        return CosineRestartRule(
            periods: periods.map(span.steps), weights: weights, minimum: minimum)
    }

    private static func oneCycle(
        _ reader: inout ConfigReader, _ span: SchedulerSpan
    ) throws -> any SchedulingRule {
        if let name = try reader.optional("param_name", as: String.self), name != "lr" {
            throw reader.failure("param_name", "OneCycle moves lr only, got \"\(name)\"")
        }
        let total = try reader.plainInteger("total_steps")
        let steps = total.map { $0 * span.unit } ?? Int(span.length)
        guard steps > 0 else {
            throw reader.failure("total_steps", "expected a positive number, got \(steps)")
        }
        let peaks = try reader.value("eta_max", default: GroupNumbers.same(0))
        return OneCycleRule(
            peaks: peaks.all, isOne: peaks.isOne, steps: steps,
            cycle: try OneCycle(from: &reader),
            startDivisor: try reader.value("div_factor", default: 25),
            endDivisor: try reader.value("final_div_factor", default: 1e4))
    }
}

extension ConfigReader {
    /// A number from 0 to 1.
    fileprivate mutating func factor(_ key: String, default factor: Double) throws -> Double {
        let factor = try value(key, default: factor)
        guard factor >= 0, factor <= 1 else {
            throw failure(key, "expected a number from 0 to 1, got \(factor)")
        }
        return factor
    }

    /// `eta_min` or `eta_min_ratio`; nil where neither is given.
    fileprivate mutating func minimum() throws -> AnnealingTarget? {
        let value: Double? = try optional("eta_min")
        let ratio: Double? = try optional("eta_min_ratio")
        switch (value, ratio) {
        case (let value?, nil): return .value(value)
        case (nil, let ratio?): return .ratio(ratio)
        case (nil, nil): return nil
        case (_?, _?):
            throw failure(
                "eta_min_ratio", "eta_min is given as well", remedy: "keep one of the two")
        }
    }
}

/// One number for all groups, or one for each.
enum GroupNumbers: ConfigDecodable {
    case same(Double)
    case each([Double])

    init(config node: ConfigNode, at path: String) throws {
        if let number = node.double {
            self = .same(number)
        } else if node.list != nil {
            self = .each(try [Double](config: node, at: path))
        } else {
            throw ConfigError(at: node, path: path, expected: "a number or a list of numbers")
        }
    }

    var all: [Double] {
        switch self {
        case .same(let number): [number]
        case .each(let numbers): numbers
        }
    }

    var isOne: Bool { if case .same = self { true } else { false } }
}

extension Registry where Product == any ParameterScheduler {
    /// The parameter schedulers that configs may name.
    public static func standardParameterSchedulers() -> Registry<any ParameterScheduler> {
        var registry = Registry<any ParameterScheduler>("parameter scheduler")
        ParameterSchedulerTypes.register(in: &registry)
        return registry
    }
}
