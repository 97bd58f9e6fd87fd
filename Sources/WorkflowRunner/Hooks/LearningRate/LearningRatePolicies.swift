public import ConfigCore

/// The policies of `lr_config`, each a hook named `<policy>LrUpdaterHook`.
public enum LearningRatePolicies {
    /// What a policy's name ends in as a hook.
    public static let hookSuffix = "LrUpdaterHook"

    /// Adds the policies to a registry of hooks.
    public static func register(in registry: inout Registry<any Hook>) {
        add("Fixed", to: &registry) { _ in FixedSchedule() }
        add("Step", to: &registry) { reader in
            try reader.stepSchedule(gamma: 0.1, minimumKey: "min_lr")
        }
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
        add("Cyclic", to: &registry, countsOnlyIterations: true) { reader in
            try reader.cyclicSchedule(targets: [10, 1e-4], limitsGamma: true)
        }
        add("OneCycle", to: &registry, countsOnlyIterations: true) { reader in
            try OneCycleRateSchedule(from: &reader)
        }
        registerAnnealing(in: &registry)
    }

    private static func registerAnnealing(in registry: inout Registry<any Hook>) {
        add("CosineAnnealing", to: &registry) { reader in
            AnnealingSchedule(.cosine, target: try reader.annealingTarget("min_lr"))
        }
        add("LinearAnnealing", to: &registry) { reader in
            AnnealingSchedule(.linear, target: try reader.annealingTarget("min_lr"))
        }
        add("FlatCosineAnnealing", to: &registry) { reader in
            FlatCosineSchedule(
                start: try reader.share("start_percent", default: 0.75),
                target: try reader.annealingTarget("min_lr"))
        }
        add("CosineRestart", to: &registry, readCosineRestart)
        add("CosineAnnealingCooldown", to: &registry) { reader in
            CosineCooldownSchedule(
                target: try reader.annealingTarget("min_lr"),
                ratio: try reader.value("cool_down_ratio", default: 0.1),
                time: try reader.value("cool_down_time", default: 10))
        }
    }

    /// Adds a policy of one's own: its schedule is read from `lr_config`, `by_epoch` and warmup come by themselves.
    ///
    /// - Parameters:
    ///   - policy: The name that `lr_config` gives under `policy`.
    ///   - registry: Where to add it.
    ///   - countsOnlyIterations: Whether the schedule makes no sense in epochs.
    ///   - readSchedule: Reads the schedule's own keys.
    public static func add(
        _ policy: String, to registry: inout Registry<any Hook>,
        countsOnlyIterations: Bool = false,
        _ readSchedule:
            @escaping @Sendable (inout ConfigReader) throws -> any LearningRateSchedule
    ) {
        let name = policy + hookSuffix
        registry.register(name) { reader, _ in
            let groups = ScheduledGroups(
                .learningRate, try readSchedule(&reader),
                byEpoch: try reader.countsEpochs(onlyIterations: countsOnlyIterations),
                warmup: try Warmup.read(&reader, of: .learningRate), config: reader.node,
                path: reader.path)
            return LearningRateHook(name, groups, notice: Warmup.notice(reader))
        }
    }

    private static func readCosineRestart(_ reader: inout ConfigReader) throws
        -> any LearningRateSchedule
    {
        let periods: [Int] = try reader.required("periods")
        guard !periods.isEmpty, periods.allSatisfy({ $0 > 0 }) else {
            throw reader.failure("periods", "expected positive numbers, got \(periods)")
        }
        let weights = try reader.value("restart_weights", default: [1.0])
        guard weights.count == periods.count else {
            throw reader.failure(
                "restart_weights",
                "there are \(periods.count) periods, got \(weights.count) weights",
                remedy: "give one a period")
        }
        return CosineRestartSchedule(
            periods: periods, weights: weights, target: try reader.annealingTarget("min_lr"))
    }
}
