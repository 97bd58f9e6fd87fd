package import ConfigCore
import Foundation

/// What a chain of parameter schedulers makes of a value, step by step, as MMEngine computes it.
///
/// Every scheduler changes the value that it finds; those by iteration step before those by epoch.
package struct SchedulerChain {
    private struct Link {
        let type: String
        let settings: ConfigNode
        let byEpoch: Bool
        let begin: Int
        let end: Int
        /// Steps of the settings' numbers: iterations of an epoch where epochs are counted in iterations.
        let unit: Int
        var global = -1
        var local = -1

        init(
            _ node: ConfigNode, at path: String, epochLength: Int,
            maximum: (epochs: Int?, iterations: Int)
        ) throws {
            let name = node["type"]?.string ?? ""
            guard let suffix = ["LR", "Momentum"].first(where: name.hasSuffix) else {
                throw ConfigError(
                    at: node, path: path, problem: "\"\(name)\" is no scheduler known here")
            }
            type = String(name.dropLast(suffix.count))
            settings = node
            let countsEpochs = node["by_epoch"]?.bool ?? true
            let converts = node["convert_to_iter_based"]?.bool ?? false
            byEpoch = countsEpochs && !converts
            unit = countsEpochs && converts ? epochLength : 1
            begin = (node["begin"]?.int ?? 0) * unit
            let usual = countsEpochs ? maximum.epochs ?? 1 : maximum.iterations
            end = (node["end"]?.int ?? usual) * unit
        }

        func number(_ key: String, _ usual: Double) -> Double { settings[key]?.double ?? usual }

        func steps(_ key: String) -> Int? { settings[key]?.int.map { $0 * unit } }

        func minimum(_ base: Double) -> Double {
            settings["eta_min_ratio"]?.double.map { $0 * base } ?? number("eta_min", 0)
        }
    }

    /// The value.
    package private(set) var value: Double
    private let base: Double
    private var links: [Link]

    /// A chain that begins at a value.
    package init(
        _ nodes: [ConfigNode], base: Double, epochLength: Int,
        maximum: (epochs: Int?, iterations: Int)
    ) throws {
        self.base = base
        value = base
        links = try nodes.enumerated().map { place, node in
            try Link(
                node, at: "param_scheduler[\(place)]", epochLength: epochLength, maximum: maximum)
        }
        for place in links.indices { try step(place) }
    }

    /// After an iteration.
    package mutating func stepIteration() throws {
        for place in links.indices where !links[place].byEpoch { try step(place) }
    }

    /// After an epoch.
    package mutating func stepEpoch() throws {
        for place in links.indices where links[place].byEpoch { try step(place) }
    }

    private mutating func step(_ place: Int) throws {
        links[place].global += 1
        guard links[place].begin <= links[place].global, links[place].global < links[place].end
        else { return }
        links[place].local += 1
        value = try next(links[place])
    }

    private func next(_ link: Link) throws -> Double {
        let step = link.local
        switch link.type {
        case "MultiStep":
            let milestones = link.settings["milestones"]?.list?.compactMap(\.int) ?? []
            let count = milestones.count { $0 * link.unit == step }
            return count == 0 ? value : value * pow(link.number("gamma", 0.1), Double(count))
        case "Step":
            let interval = link.steps("step_size") ?? 1
            return step == 0 || step % interval != 0 ? value : value * link.number("gamma", 0.1)
        case "Exponential": return step == 0 ? value : value * link.number("gamma", 1)
        case "Constant":
            let factor = link.number("factor", 1.0 / 3)
            if step == 0 { return value * factor }
            return step == link.end - link.begin - 1 ? value * (1 / factor) : value
        case "Linear":
            let start = link.number("start_factor", 1.0 / 3)
            if step == 0 { return value * start }
            let rise = link.number("end_factor", 1) - start
            let total = Double(link.end - link.begin - 1)
            return value * (1 + rise / (total * start + Double(step - 1) * rise))
        case "Poly":
            if step == 0 { return value }
            let least = link.number("eta_min", 0)
            let left = Double(link.end - link.begin - 1 - step + 1)
            return (value - least) * pow(1 - 1 / left, link.number("power", 1)) + least
        case "CosineAnnealing": return cosine(link, step)
        case "CosineRestart": return restart(link, step)
        case "OneCycle": return oneCycle(link, step)
        default:
            throw ConfigError(
                at: link.settings, path: "param_scheduler",
                problem: "\"\(link.settings["type"]?.string ?? "")\" has no counterpart")
        }
    }

    private func cosine(_ link: Link, _ step: Int) -> Double {
        if step == 0 { return value }
        let total = Double(link.steps("T_max") ?? link.end - link.begin)
        let least = link.minimum(base)
        if (Double(step) - 1 - total).truncatingRemainder(dividingBy: 2 * total) == 0 {
            return value + (base - least) * (1 - cos(Double.pi / total)) / 2
        }
        return (1 + cos(Double.pi * Double(step) / total))
            / (1 + cos(Double.pi * Double(step - 1) / total)) * (value - least) + least
    }

    private func restart(_ link: Link, _ step: Int) -> Double {
        let periods = link.settings["periods"]?.list?.compactMap(\.int) ?? []
        let weights = link.settings["restart_weights"]?.list?.compactMap(\.double) ?? [1]
        var start = 0
        for (place, period) in periods.enumerated() {
            let period = period * link.unit
            guard step >= start + period else {
                let least = link.minimum(base)
                if step == start {
                    return base * (weights.indices.contains(place) ? weights[place] : 1)
                }
                return (1 + cos(Double.pi * Double(step - start) / Double(period)))
                    / (1 + cos(Double.pi * Double(step - start - 1) / Double(period)))
                    * (value - least) + least
            }
            start += period
        }
        return value
    }

    private func oneCycle(_ link: Link, _ step: Int) -> Double {
        let total = Double(link.steps("total_steps") ?? link.end - link.begin)
        let peak = link.number("eta_max", 0)
        let first = peak / link.number("div_factor", 25)
        let last = first / link.number("final_div_factor", 1e4)
        let share = link.number("pct_start", 0.3)
        let isThree = link.settings["three_phase"]?.bool ?? false
        let ends =
            isThree
            ? [share * total - 1, 2 * share * total - 2, total - 1]
            : [share * total - 1, total - 1]
        let values = isThree ? [first, peak, first, last] : [first, peak, last]
        let phase = ends.firstIndex { Double(step) <= $0 } ?? ends.count - 1
        let begin = phase == 0 ? 0 : ends[phase - 1]
        let part = (Double(step) - begin) / (ends[phase] - begin)
        let isLinear = link.settings["anneal_strategy"] == "linear"
        return isLinear
            ? values[phase] + (values[phase + 1] - values[phase]) * part
            : values[phase + 1] + (values[phase] - values[phase + 1]) / 2
                * (cos(Double.pi * part) + 1)
    }
}

extension SchedulerChain {
    /// The values of each base over a run.
    static func curves(
        _ nodes: [ConfigNode], _ bases: [Double], epochLength: Int, maximum: ScheduledRun.Maximum
    ) throws -> [RateCurve] {
        try bases.map { base in
            var chain = try SchedulerChain(
                nodes, base: base, epochLength: epochLength,
                maximum: (maximum.epochs, maximum.iterations(epochLength)))
            var values: [Double] = []
            let count = maximum.iterations(epochLength)
            values.reserveCapacity(count)
            for iteration in 0..<count {
                values.append(chain.value)
                try chain.stepIteration()
                if maximum.epochs != nil, (iteration + 1) % epochLength == 0 {
                    try chain.stepEpoch()
                }
            }
            return RateCurve(base: base, values: values)
        }
    }
}
