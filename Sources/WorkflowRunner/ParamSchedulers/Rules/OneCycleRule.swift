public import NeuralNet
public import TorchFile

/// Up to a peak and down again within a number of steps.
public struct OneCycleRule: SchedulingRule {
    /// The peak, for all groups or for each.
    public let peaks: [Double]
    /// How many steps the cycle has.
    public let steps: Int
    private let cycle: OneCycle
    private let startDivisor: Double
    private let endDivisor: Double
    private let writesOnePeak: Bool

    init(
        peaks: [Double], isOne: Bool, steps: Int, cycle: OneCycle, startDivisor: Double,
        endDivisor: Double
    ) {
        self.peaks = peaks
        writesOnePeak = isOne
        self.steps = steps
        self.cycle = cycle
        self.startDivisor = startDivisor
        self.endDivisor = endDivisor
    }

    /// Notes in each group where it starts, its peak and where it ends.
    public func prepare(_ groups: [ParameterGroup], _ parameter: ScheduledParameter) throws {
        // The optimizer's base settings follow the last group where each group has a peak of its own.
        let counts = [groups.count, groups.count - groups.count { $0.parameters.isEmpty }]
        guard writesOnePeak || counts.contains(peaks.count), let last = peaks.last else {
            throw SchedulingError(
                "eta_max",
                "the optimizer has \(counts[1]) parameter groups, got \(peaks.count) numbers")
        }
        for (number, group) in groups.enumerated() {
            let peak = peaks.indices.contains(number) ? peaks[number] : last
            let start = peak / startDivisor
            group[parameter.initialName] = .double(start)
            group["max_\(parameter.name)"] = .double(peak)
            group["min_\(parameter.name)"] = .double(start / endDivisor)
        }
    }

    /// The value of a step.
    public func value(at point: SchedulingPoint) throws -> Double {
        guard point.step <= steps else {
            throw SchedulingError(
                "total_steps", "the cycle has \(steps) steps, this is step \(point.step + 1)",
                remedy: "raise it, or give an end")
        }
        let (phase, share) = OneCycle.place(of: point.step, in: ends)
        guard share.isFinite else {
            throw SchedulingError(
                "pct_start", "\(cycle.shareUp) of \(steps) steps is the first one alone",
                remedy: "raise it, or set it to 0")
        }
        let way = names[phase]
        func number(_ name: String) -> Double { point.group["\(name)_lr"]?.number ?? 0 }
        let (from, to) = (number(way.from), number(way.to))
        return cycle.annealing.value(from: from, to: to, at: share)
    }

    /// What the rule was configured with.
    public var settings: [(name: String, value: TorchValue)] {
        let phases = zip(names, ends).map { way, end in
            TorchValue.dictionary(
                TorchDictionary([
                    ("end_step", .number(end)), ("start_lr", .string("\(way.from)_lr")),
                    ("end_lr", .string("\(way.to)_lr")),
                ]))
        }
        return [
            (
                "eta_max",
                writesOnePeak ? .double(peaks[0]) : .list(peaks.map { .double($0) })
            ),
            ("div_factor", .double(startDivisor)), ("final_div_factor", .double(endDivisor)),
            ("total_steps", .int(steps)),
            ("anneal_strategy", .string(cycle.annealing.rawValue)),
            ("_schedule_phases", .list(phases)),
        ]
    }

    private var names: [(from: String, to: String)] {
        cycle.hasThreePhases
            ? [("initial", "max"), ("max", "initial"), ("initial", "min")]
            : [("initial", "max"), ("max", "min")]
    }

    /// The last step of each phase.
    private var ends: [Double] {
        let length = Double(steps)
        let up = cycle.shareUp * length - 1
        return cycle.hasThreePhases
            ? [up, 2 * cycle.shareUp * length - 2, length - 1] : [up, length - 1]
    }
}
