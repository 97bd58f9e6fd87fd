public import ConfigCore

/// The policies of `lr_config`, each a hook named `<policy>LrUpdaterHook`.
public enum LearningRatePolicies {
    /// What a policy's name ends in as a hook.
    public static let hookSuffix = "LrUpdaterHook"

    /// Adds the policies to a registry of hooks.
    public static func register(in registry: inout Registry<any Hook>) {
        add("Fixed", to: &registry) { _ in FixedSchedule() }
        add("Step", to: &registry, readStep)
        add("Exp", to: &registry) { reader in
            ExponentialSchedule(gamma: try reader.required("gamma"))
        }
        add("Poly", to: &registry) { reader in
            PolynomialSchedule(
                power: try reader.value("power", default: 1),
                minimum: try reader.value("min_lr", default: 0))
        }
        add("Inv", to: &registry) { reader in
            InverseSchedule(
                gamma: try reader.required("gamma"), power: try reader.value("power", default: 1))
        }
        add("CosineAnnealing", to: &registry) { reader in
            CosineAnnealingSchedule(target: try readTarget(&reader))
        }
        add("LinearAnnealing", to: &registry) { reader in
            LinearAnnealingSchedule(target: try readTarget(&reader))
        }
    }

    /// Adds a policy of one's own: its schedule is read from `lr_config`, `by_epoch` and warmup come by themselves.
    ///
    /// - Parameters:
    ///   - policy: The name that `lr_config` gives under `policy`.
    ///   - registry: Where to add it.
    ///   - readSchedule: Reads the schedule's own keys.
    public static func add(
        _ policy: String, to registry: inout Registry<any Hook>,
        _ readSchedule:
            @escaping @Sendable (inout ConfigReader) throws -> any LearningRateSchedule
    ) {
        let name = policy + hookSuffix
        registry.register(name) { reader, _ in
            LearningRateHook(
                name: name, schedule: try readSchedule(&reader),
                byEpoch: try reader.value("by_epoch", default: true),
                warmup: try Warmup.read(&reader))
        }
    }

    private static func readStep(_ reader: inout ConfigReader) throws -> any LearningRateSchedule {
        let steps: StepSchedule.Steps
        if let step = reader.node("step"), step.list == nil {
            let interval: Int = try reader.required("step")
            guard interval > 0 else {
                throw reader.failure("step", "expected a positive number, got \(interval)")
            }
            steps = .every(interval)
        } else {
            let milestones: [Int] = try reader.required("step")
            guard milestones.allSatisfy({ $0 > 0 }) else {
                throw reader.failure("step", "expected positive numbers, got \(milestones)")
            }
            steps = .at(milestones)
        }
        return StepSchedule(
            steps: steps, gamma: try reader.value("gamma", default: 0.1),
            minimum: try reader.optional("min_lr"))
    }

    private static func readTarget(_ reader: inout ConfigReader) throws -> AnnealingTarget {
        let rate: Double? = try reader.optional("min_lr")
        let ratio: Double? = try reader.optional("min_lr_ratio")
        switch (rate, ratio) {
        case (let rate?, nil): return .rate(rate)
        case (nil, let ratio?): return .ratio(ratio)
        case (nil, nil):
            throw reader.failure(nil, "min_lr or min_lr_ratio is needed", remedy: "set one of them")
        case (_?, _?):
            throw reader.failure(
                nil, "min_lr and min_lr_ratio are both set", remedy: "set only one of them")
        }
    }
}
