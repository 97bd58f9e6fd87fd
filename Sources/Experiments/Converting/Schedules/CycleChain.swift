import ConfigCore
import Foundation

/// The policy `cyclic` as a chain: a scheduler for each way up and each way down.
struct CycleChain {
    private let builder: ChainBuilder

    init(_ builder: ChainBuilder) { self.builder = builder }

    func chain() throws -> [ConfigNode] {
        let node = builder.node
        let usual = builder.kind == .rate ? [10, 1e-4] : [0.85 / 0.95, 1]
        var targets = node["target_ratio"]?.list?.compactMap(\.double) ?? []
        if let one = node["target_ratio"]?.double { targets = [one] }
        if targets.isEmpty { targets = usual }
        if targets.count == 1 { targets.append(builder.kind == .rate ? targets[0] / 1e5 : 1) }
        let cycles = node["cyclic_times"]?.int ?? 1
        let total = try builder.maximum()
        let length = total / max(1, cycles)
        let up = Int((node["step_ratio_up"]?.double ?? 0.4) * Double(length))
        let gamma = node["gamma"]?.double ?? 1
        let isLinear = node["anneal_strategy"]?.string == "linear"
        guard length > 0, up > 0 else { return [] }
        var chain: [ConfigNode] = []
        var begin = 0
        var cycle = 0
        while begin < total {
            let peak = 1 + (targets[0] - 1) * pow(gamma, Double(cycle))
            chain.append(way(to: peak, from: begin, steps: up, isLinear))
            // Every cycle starts from the base again.
            chain.append(way(to: targets[1], from: begin + up, steps: length - up, isLinear))
            begin += length
            cycle += 1
            if begin < total, targets[1] != 1 {
                chain.append(
                    builder.scheduler(
                        "MultiStep", ("milestones", ConfigNode(.list([builder.number(begin)]))),
                        ("gamma", ConfigNode(.double(1 / targets[1])))))
            }
        }
        return chain
    }

    private func way(to ratio: Double, from begin: Int, steps: Int, _ isLinear: Bool) -> ConfigNode
    {
        let span = (begin: builder.number(begin), end: builder.number(begin + steps + 1))
        if isLinear {
            let target = ratio * builder.run.base(builder.kind)
            return builder.scheduler(
                "Poly", ("power", 1.0), ("eta_min", ConfigNode(.double(target))),
                ("begin", span.begin),
                ("end", span.end))
        }
        return builder.scheduler(
            "CosineAnnealing", ("T_max", builder.number(steps)),
            ("eta_min_ratio", ConfigNode(.double(ratio))), ("begin", span.begin),
            ("end", span.end))
    }
}
