import ConfigCore
import WorkflowRunner

/// The values that a policy of the legacy style gives over a run, warmup included.
struct PolicyCurves {
    private let node: ConfigNode
    private let kind: ScheduledKind
    private let run: ScheduledRun
    private let context: BuildContext

    init(
        _ node: ConfigNode, _ kind: ScheduledKind, _ run: ScheduledRun, _ registries: Registries
    ) throws {
        self.node = node
        self.kind = kind
        self.run = run
        context = registries.context()
    }

    /// The values of each base, by iteration.
    func curves(epochLength: Int) throws -> [RateCurve] {
        try run.bases(kind).map { base in
            let curve = try scheduled(base, epochLength: epochLength)
            let warmupLength: Int? =
                switch curve.warmup?.length {
                case nil: nil
                case .iterations(let count): count
                case .epochs(let count): count * epochLength
                }
            var values: [Double] = []
            var last: (step: Int, value: Double)?
            for iteration in 0..<run.maximum.iterations(epochLength) {
                let step = curve.byEpoch ? iteration / epochLength : iteration
                if last?.step != step { last = (step, try curve.value(at: step)) }
                var value = last?.value ?? base
                if let warmup = curve.warmup, let count = warmupLength, iteration < count {
                    let factor = warmup.factor(iteration: iteration, count: count)
                    value = kind == .rate ? value * factor : value / factor
                }
                values.append(value)
            }
            return RateCurve(base: base, values: values)
        }
    }

    /// The policy without warmup, by its own steps.
    func steps(epochLength: Int) throws -> (byEpoch: Bool, base: Double, values: [Double]) {
        let base = run.base(kind)
        let curve = try scheduled(base, epochLength: epochLength)
        let count = curve.byEpoch ? run.maximum.counted : run.maximum.iterations(epochLength)
        return (curve.byEpoch, base, try (0..<count).map { try curve.value(at: $0) })
    }

    private func scheduled(_ base: Double, epochLength: Int) throws -> LearningRateCurve {
        let countsEpochs = run.maximum.epochs != nil
        let type: any ScheduledHook.Type =
            kind == .rate ? LearningRateHook.self : MomentumHook.self
        guard let hook = try type.hook(node, runnerCountsEpochs: countsEpochs, context) else {
            throw unknownCurve
        }
        let curve = try hook.curve(
            from: base, of: "", among: [""], count: count(hook.byEpoch, epochLength),
            runnerCountsEpochs: countsEpochs)
        guard let curve else { throw unknownCurve }
        return curve
    }

    private func count(_ byEpoch: Bool, _ epochLength: Int) -> Int {
        byEpoch ? run.maximum.counted : run.maximum.iterations(epochLength)
    }

    private var unknownCurve: ConfigError {
        ConfigError(
            at: node["policy"] ?? node, path: "\(kind.legacyKey).policy",
            problem: "a hook of its own, whose values nobody knows beforehand")
    }
}
