public import ConfigCore

/// The policies of `momentum_config`, each a hook named `<policy>MomentumUpdaterHook`.
public enum MomentumPolicies {
    /// What a policy's name ends in as a hook.
    public static let hookSuffix = "MomentumUpdaterHook"

    /// Adds the policies to a registry of hooks.
    public static func register(in registry: inout Registry<any Hook>) {
        add("Step", to: &registry) { reader in
            try reader.stepSchedule(gamma: 0.5, minimumKey: "min_momentum")
        }
        add("CosineAnnealing", to: &registry) { reader in
            AnnealingSchedule(.cosine, target: try reader.annealingTarget("min_momentum"))
        }
        add("LinearAnnealing", to: &registry) { reader in
            AnnealingSchedule(.linear, target: try reader.annealingTarget("min_momentum"))
        }
        add("Cyclic", to: &registry, countsOnlyIterations: true) { reader in
            try reader.cyclicSchedule(targets: [0.85 / 0.95, 1], limitsGamma: false)
        }
        add("OneCycle", to: &registry, countsOnlyIterations: true) { reader in
            try OneCycleMomentumSchedule(from: &reader)
        }
    }

    /// Adds a policy of one's own: its schedule is read from `momentum_config`, `by_epoch` and warmup come by
    /// themselves.
    ///
    /// - Parameters:
    ///   - policy: The name that `momentum_config` gives under `policy`.
    ///   - registry: Where to add it.
    ///   - countsOnlyIterations: Whether the schedule makes no sense in epochs.
    ///   - readSchedule: Reads the schedule's own keys.
    public static func add(
        _ policy: String, to registry: inout Registry<any Hook>,
        countsOnlyIterations: Bool = false,
        _ readSchedule: @escaping @Sendable (inout ConfigReader) throws -> any MomentumSchedule
    ) {
        let name = policy + hookSuffix
        registry.register(name) { reader, _ in
            let groups = ScheduledGroups(
                .momentum, try readSchedule(&reader),
                byEpoch: try reader.countsEpochs(onlyIterations: countsOnlyIterations),
                warmup: try Warmup.read(&reader, of: .momentum), config: reader.node,
                path: reader.path)
            return MomentumHook(name, groups, notice: Warmup.notice(reader))
        }
    }
}
