import ConfigCore
import Foundation

/// A policy of the legacy style as a chain of parameter schedulers.
///
/// The chain is the nearest there is; whether it is the same is for measuring.
struct ChainBuilder {
    let node: ConfigNode
    let kind: ScheduledKind
    let run: ScheduledRun
    let byEpoch: Bool
    private let curves: PolicyCurves

    init(
        _ node: ConfigNode, _ kind: ScheduledKind, _ run: ScheduledRun, _ curves: PolicyCurves
    ) {
        self.node = node
        self.kind = kind
        self.run = run
        self.curves = curves
        let isByIteration = ["cyclic", "onecycle"].contains(
            node["policy"]?.string?.lowercased() ?? "")
        let usual = run.maximum.epochs != nil && !isByIteration
        byEpoch = node["by_epoch"]?.bool ?? usual
    }

    /// The schedulers; none for a value that never changes.
    func chain() throws -> [ConfigNode] {
        let main = try main()
        // One that sets its value anew comes before the others change it.
        let isAbsolute = main.contains { ["CosineRestartLR", "OneCycleLR"].contains($0["type"]) }
        let warmup = try warmup()
        return isAbsolute ? main + warmup : warmup + main
    }

    // MARK: - Warmup

    private func warmup() throws -> [ConfigNode] {
        guard let shape = node["warmup"]?.string else { return [] }
        let ratio = node["warmup_ratio"]?.double ?? (kind == .rate ? 0.1 : 0.9)
        let count = node["warmup_iters"]?.int ?? 0
        let inEpochs = node["warmup_by_epoch"]?.bool ?? false
        guard kind == .rate else {
            throw ConfigError(
                at: node["warmup"] ?? node, path: "\(kind.legacyKey).warmup",
                problem: "schedulers cannot raise a momentum",
                remedy: "leave warmup out, or set it to None")
        }
        var span: ConfigNode = [
            "by_epoch": false, "begin": 0, "end": ConfigNode(.int(count + 1)),
        ]
        var length = count
        if inEpochs {
            if let epoch = run.epochLength {
                length = count * epoch
                span = span.setting("end", to: ConfigNode(.int(length + 1)))
            } else {
                length = count * ScheduledRun.supposedLength
                span = [
                    "by_epoch": true, "begin": 0, "end": ConfigNode(.int(count)),
                    "convert_to_iter_based": true,
                ]
            }
        }
        let share = ConfigNode(.double(ratio))
        switch shape {
        case "constant":
            return [NewTransforms.joined(["type": "ConstantLR", "factor": share], span)]
        case "linear":
            return [NewTransforms.joined(["type": "LinearLR", "start_factor": share], span)]
        default:
            let factor = pow(ratio, -1 / Double(max(1, length)))
            return [
                [
                    "type": "MultiStepLR", "milestones": [0], "gamma": share, "by_epoch": false,
                ],
                NewTransforms.joined(
                    ["type": "ExponentialLR", "gamma": ConfigNode(.double(factor))], span),
            ]
        }
    }

    // MARK: - Policies

    private func main() throws -> [ConfigNode] {
        let policy = node["policy"]?.string ?? ""
        switch policy.lowercased() {
        case "fixed": return []
        case "step": return try steps()
        case "exp": return [scheduler("Exponential", ("gamma", node["gamma"] ?? 1.0))]
        case "poly":
            return [
                scheduler(
                    "Poly", ("power", node["power"]), ("eta_min", node["min_\(kind.word)"]),
                    ("begin", 0), ("end", try number(maximum() + 1)))
            ]
        case "cosineannealing": return [try cosine()]
        case "linearannealing": return try line()
        case "flatcosineannealing":
            let share = node["start_percent"]?.double ?? 0.75
            let total = try maximum()
            let flat = Int((Double(total) * share).rounded(.toNearestOrEven))
            guard flat < total else { return [] }
            return [
                scheduler(
                    "CosineAnnealing", ("T_max", number(total - flat)), least(),
                    ("begin", number(flat)), ("end", number(total)))
            ]
        case "cosineannealingcooldown": return try cooldown()
        case "cosinerestart":
            return [
                scheduler(
                    "CosineRestart", ("periods", node["periods"]),
                    ("restart_weights", node["restart_weights"]), least())
            ]
        case "onecycle" where kind == .rate: return [try oneCycle()]
        case "cyclic": return try CycleChain(self).chain()
        default: return try pieces()
        }
    }

    private func steps() throws -> [ConfigNode] {
        let gamma = node["gamma"]?.double ?? kind.stepFactor
        let step = node["step"] ?? []
        if let floor = node["min_\(kind.word)"]?.double { return floored(step, gamma, floor) }
        let factor = ConfigNode(.double(gamma))
        if step.int != nil { return [scheduler("Step", ("step_size", step), ("gamma", factor))] }
        let milestones = ConfigNode(.list(step.list ?? []), origin: step.origin)
        return [scheduler("MultiStep", ("milestones", milestones), ("gamma", factor))]
    }

    /// Falls by `gamma` as long as it stays above the floor, then once more, to it.
    private func floored(_ step: ConfigNode, _ gamma: Double, _ floor: Double) -> [ConfigNode] {
        var milestones = step.list?.compactMap(\.int) ?? []
        if let interval = step.int, interval > 0 {
            let end = (try? maximum()) ?? interval
            milestones = Array(stride(from: interval, to: end, by: interval))
        }
        let base = run.base(kind)
        let whole = milestones.indices.prefix { base * pow(gamma, Double($0 + 1)) >= floor }.count
        var chain: [ConfigNode] = []
        if whole > 0 {
            let list = milestones.prefix(whole).map { ConfigNode(.int($0)) }
            chain.append(
                scheduler(
                    "MultiStep", ("milestones", ConfigNode(.list(list))),
                    ("gamma", ConfigNode(.double(gamma)))))
        }
        if whole < milestones.count {
            let rest = floor / (base * pow(gamma, Double(whole)))
            chain.append(
                scheduler(
                    "MultiStep", ("milestones", ConfigNode(.list([number(milestones[whole])]))),
                    ("gamma", ConfigNode(.double(rest)))))
        }
        return chain
    }

    private func cosine() throws -> ConfigNode {
        if !byEpoch, run.epochLength == nil, let epochs = run.maximum.epochs {
            return scheduler(
                "CosineAnnealing", ("T_max", number(epochs)), least(), ("by_epoch", true),
                ("begin", 0), ("end", number(epochs)), ("convert_to_iter_based", true))
        }
        return scheduler(
            "CosineAnnealing", ("T_max", number(try maximum())), least(), ("begin", 0),
            ("end", number(try maximum())))
    }

    private func line() throws -> [ConfigNode] {
        let base = run.base(kind)
        let end = target(base) / base
        guard end >= 0, end <= 1 else { return try pieces() }
        return [
            scheduler(
                "Linear", ("start_factor", 1.0), ("end_factor", ConfigNode(.double(end))),
                ("begin", 0), ("end", number(try maximum() + 1)))
        ]
    }

    private func cooldown() throws -> [ConfigNode] {
        let total = try maximum()
        let annealed = total - (node["cool_down_time"]?.int ?? 10)
        guard annealed > 0 else { return try pieces() }
        return [
            scheduler(
                "CosineAnnealing", ("T_max", number(annealed)), least(), ("begin", 0),
                ("end", number(annealed + 1))),
            scheduler(
                "MultiStep", ("milestones", ConfigNode(.list([number(annealed + 1)]))),
                ("gamma", ConfigNode(.double(node["cool_down_ratio"]?.double ?? 0.1)))),
        ]
    }

    private func oneCycle() throws -> ConfigNode {
        let total = try node["total_steps"]?.int ?? maximum()
        return scheduler(
            "OneCycle", ("eta_max", node["max_lr"]), ("total_steps", number(total)),
            ("pct_start", node["pct_start"]), ("anneal_strategy", node["anneal_strategy"]),
            ("div_factor", node["div_factor"]), ("final_div_factor", node["final_div_factor"]),
            ("three_phase", node["three_phase"]), ("begin", 0), ("end", number(total)))
    }

    /// Straight lines between points of a curve that no scheduler has.
    private func pieces() throws -> [ConfigNode] {
        let total = try maximum()
        let values = try curves.steps(epochLength: run.epochLength ?? 1).values
        let count = min(20, total)
        guard count > 0, values.count == total else { return [] }
        let knots = (0...count).map { min(total - 1, $0 * total / count) }
        return zip(knots, knots.dropFirst()).filter { $0 < $1 }.map { begin, end in
            scheduler(
                "Poly", ("power", 1.0), ("eta_min", ConfigNode(.double(values[end]))),
                ("begin", number(begin)), ("end", number(end + 1)))
        }
    }

    // MARK: - Parts

    /// The steps of the run, as the policy counts them.
    func maximum() throws -> Int {
        if byEpoch { return run.maximum.counted }
        guard run.maximum.epochs != nil else { return run.maximum.counted }
        guard let length = run.epochLength else {
            throw ConfigError(
                at: node, path: kind.legacyKey,
                problem: "counts iterations, but data.train cannot be read here, so the length of "
                    + "an epoch is not known",
                remedy: "pass --epoch-length with the iterations of an epoch")
        }
        return run.maximum.iterations(length)
    }

    func number(_ value: Int) -> ConfigNode { ConfigNode(.int(value)) }

    private func target(_ base: Double) -> Double {
        node["min_\(kind.word)_ratio"]?.double.map { $0 * base }
            ?? node["min_\(kind.word)"]?.double ?? 0
    }

    private func least() -> (String, ConfigNode?) {
        if let ratio = node["min_\(kind.word)_ratio"]?.unlessNull {
            return ("eta_min_ratio", ratio)
        }
        return ("eta_min", node["min_\(kind.word)"]?.unlessNull ?? 0)
    }

    /// A scheduler that counts as the policy does, of those keys that have a value.
    func scheduler(_ name: String, _ keys: (String, ConfigNode?)...) -> ConfigNode {
        let start: ConfigNode = [
            "type": ConfigNode(.string(name + kind.suffix)), "by_epoch": ConfigNode(.bool(byEpoch)),
        ]
        return keys.reduce(start) { entry, key in
            key.1.map { entry.setting(key.0, to: $0) } ?? entry
        }
    }
}
