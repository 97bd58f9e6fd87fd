import ConfigCore
import Foundation

/// A chain of parameter schedulers as a policy of the legacy style.
///
/// The policy is the nearest there is; whether it is the same is for measuring.
struct PolicyFinder {
    private let chain: [ConfigNode]
    private let kind: ScheduledKind
    private let run: ScheduledRun
    private let place: ConfigNode

    init(
        _ chain: [ConfigNode], _ kind: ScheduledKind, _ run: ScheduledRun, at place: ConfigNode
    ) {
        self.chain = chain
        self.kind = kind
        self.run = run
        self.place = place
    }

    /// The policy with its warmup.
    func policy() throws -> ConfigNode {
        var warmup = ConfigNode.emptyMapping
        var main: [ConfigNode] = []
        for node in chain {
            if let found = rise(of: node),
                found.mapping?.keys.allSatisfy({ warmup[$0] == nil }) ?? false
            {
                warmup = NewTransforms.joined(warmup, found)
            } else {
                main.append(node)
            }
        }
        let found = try policy(main)
        return NewTransforms.joined(found, warmup)
    }

    // MARK: - Warmup

    private func name(_ node: ConfigNode) -> String {
        String((node["type"]?.string ?? "").dropLast(kind.suffix.count))
    }

    private func countsEpochs(_ node: ConfigNode) -> Bool { node["by_epoch"]?.bool ?? true }

    private func converts(_ node: ConfigNode) -> Bool {
        node["convert_to_iter_based"]?.bool ?? false
    }

    /// A scheduler that sets the share an exponential rise starts from.
    private func isStart(_ node: ConfigNode) -> Bool {
        name(node) == "MultiStep" && node["milestones"]?.list?.map(\.int) == [0]
    }

    private func rise(of node: ConfigNode) -> ConfigNode? {
        guard kind == .rate, (node["begin"]?.int ?? 0) == 0 else { return nil }
        let byIteration = !countsEpochs(node) || converts(node)
        guard byIteration || isStart(node) else { return nil }
        let hasStart = chain.contains(where: isStart)
        switch name(node) {
        case "Linear" where (node["end_factor"]?.double ?? 1) == 1:
            return rise("linear", node, node["start_factor"] ?? .init(.double(1.0 / 3)))
        case "Constant":
            return rise("constant", node, node["factor"] ?? .init(.double(1.0 / 3)))
        case "MultiStep" where isStart(node):
            return ["warmup": "exp", "warmup_ratio": node["gamma"] ?? 0.1]
        case "Exponential" where hasStart && node["end"] != nil:
            return ["warmup_iters": span(node)]
        default: return nil
        }
    }

    /// The last step of a scheduler's span is the first after the warmup.
    private func span(_ node: ConfigNode) -> ConfigNode {
        let end = node["end"]?.int ?? run.maximum.counted
        return ConfigNode(.int(converts(node) ? end : end - 1))
    }

    private func rise(_ shape: String, _ node: ConfigNode, _ ratio: ConfigNode) -> ConfigNode {
        var rise: ConfigNode = [
            "warmup": ConfigNode(.string(shape)), "warmup_iters": span(node), "warmup_ratio": ratio,
        ]
        if converts(node) { rise = rise.setting("warmup_by_epoch", to: true) }
        return rise
    }

    // MARK: - Policies

    private func policy(_ main: [ConfigNode]) throws -> ConfigNode {
        guard let first = main.first else { return ["policy": "fixed"] }
        let names = main.map(name)
        let end = first["end"]?.int
        let begin = first["begin"]?.int ?? 0
        func found(_ policy: String, _ keys: (String, ConfigNode?)...) -> ConfigNode {
            var start: ConfigNode = ["policy": ConfigNode(.string(policy))]
            let byEpoch = countsEpochs(first) && !converts(first)
            if byEpoch != (run.maximum.epochs != nil) {
                start = start.setting("by_epoch", to: ConfigNode(.bool(byEpoch)))
            }
            return keys.reduce(start) { entry, key in
                key.1.map { entry.setting(key.0, to: $0) } ?? entry
            }
        }
        switch names {
        case ["MultiStep"]:
            return found("step", ("step", first["milestones"]), ("gamma", first["gamma"]))
        case ["MultiStep", "MultiStep"]:
            return found(
                "step",
                ("step", joined(first["milestones"], main[1]["milestones"])),
                ("gamma", first["gamma"]), ("min_\(kind.word)", floor(main)))
        case ["Step"]:
            return found("step", ("step", first["step_size"]), ("gamma", first["gamma"]))
        case ["Exponential"]: return found("exp", ("gamma", first["gamma"]))
        case ["Poly"]:
            return found(
                "poly", ("power", first["power"]), ("min_\(kind.word)", first["eta_min"]))
        case ["Linear"]:
            return found(
                "LinearAnnealing", ("min_\(kind.word)_ratio", first["end_factor"] ?? 1.0))
        case ["CosineAnnealing"] where begin > 0:
            let total = end ?? steps(first)
            let share = Double(begin) / Double(max(1, total))
            return found(
                "FlatCosineAnnealing", ("start_percent", ConfigNode(.double(share))), least(first))
        case ["CosineAnnealing"]: return found("CosineAnnealing", least(first))
        case ["CosineAnnealing", "MultiStep"]:
            let time = steps(first) - (first["T_max"]?.int ?? 0)
            return found(
                "CosineAnnealingCooldown", least(first),
                ("cool_down_ratio", main[1]["gamma"] ?? 0.1),
                ("cool_down_time", ConfigNode(.int(time))))
        case ["CosineRestart"]:
            return found(
                "CosineRestart", ("periods", first["periods"]),
                ("restart_weights", first["restart_weights"]), least(first))
        case ["OneCycle"]:
            var policy: ConfigNode = ["policy": "OneCycle", "max_lr": first["eta_max"] ?? 0.0]
            for key in [
                "total_steps", "pct_start", "anneal_strategy", "div_factor", "final_div_factor",
                "three_phase",
            ] {
                if let value = first[key]?.unlessNull { policy = policy.setting(key, to: value) }
            }
            return policy
        default: return try cycle(main)
        }
    }

    /// Ways up and down in turn, as `cyclic` makes them.
    private func cycle(_ main: [ConfigNode]) throws -> ConfigNode {
        let base = run.base(kind)
        let ways = main.filter { name($0) != "MultiStep" }
        let isLinear = ways.allSatisfy { name($0) == "Poly" }
        guard ways.count >= 2, ways.count.isMultiple(of: 2),
            isLinear || ways.allSatisfy({ name($0) == "CosineAnnealing" })
        else {
            throw ConfigError(
                at: place, path: "param_scheduler",
                problem: "no policy of the legacy style is made of "
                    + chain.compactMap { $0["type"]?.string }.joined(separator: ", "))
        }
        func target(_ node: ConfigNode) -> Double {
            node["eta_min_ratio"]?.double ?? (node["eta_min"]?.double ?? 0) / base
        }
        func length(_ node: ConfigNode) -> Int {
            (node["end"]?.int ?? 1) - (node["begin"]?.int ?? 0) - 1
        }
        let (up, down) = (length(ways[0]), length(ways[1]))
        let ratios = [target(ways[0]), target(ways[1])].map { ConfigNode(.double($0)) }
        var policy: ConfigNode = [
            "policy": "cyclic", "target_ratio": ConfigNode(.tuple(ratios)),
            "cyclic_times": ConfigNode(.int(max(1, steps(ways[0]) / max(1, up + down)))),
            // A little more than the share, so that it is cut off at the same step.
            "step_ratio_up": ConfigNode(.double((Double(up) + 0.5) / Double(up + down))),
        ]
        if isLinear { policy = policy.setting("anneal_strategy", to: "linear") }
        if ways.count > 2, target(ways[0]) != 1 {
            let gamma = (target(ways[2]) - 1) / (target(ways[0]) - 1)
            if abs(gamma - 1) > 1e-12 {
                policy = policy.setting("gamma", to: ConfigNode(.double(gamma)))
            }
        }
        return policy
    }

    private func steps(_ node: ConfigNode) -> Int {
        let byEpoch = countsEpochs(node) && !converts(node)
        guard !byEpoch, run.maximum.epochs != nil else { return run.maximum.counted }
        return run.maximum.iterations(run.epochLength ?? ScheduledRun.supposedLength)
    }

    private func least(_ node: ConfigNode) -> (String, ConfigNode?) {
        if let ratio = node["eta_min_ratio"]?.unlessNull {
            return ("min_\(kind.word)_ratio", ratio)
        }
        return ("min_\(kind.word)", node["eta_min"]?.unlessNull ?? 0)
    }

    private func joined(_ first: ConfigNode?, _ second: ConfigNode?) -> ConfigNode {
        ConfigNode(.list((first?.list ?? []) + (second?.list ?? [])))
    }

    /// The value that two runs of steps end at.
    private func floor(_ main: [ConfigNode]) -> ConfigNode {
        let value = main.reduce(run.base(kind)) { value, node in
            (node["milestones"]?.list ?? []).reduce(value) { partial, _ in
                partial * (node["gamma"]?.double ?? kind.stepFactor)
            }
        }
        // Without the last digits, which only the multiplication made.
        return ConfigNode(.double(Double(String(format: "%.14g", value)) ?? value))
    }
}
