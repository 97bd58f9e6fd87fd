import ConfigCore

/// The rate rises from a fraction of its maximum to it, then falls far below where it began.
///
/// The optimizer's own rate plays no part.
///
/// Source: MMCV's `OneCycleLrUpdaterHook`.
struct OneCycleRateSchedule: LearningRateSchedule {
    private let cycle: OneCycle
    private let maxima: GroupValues
    private let totalSteps: Int?
    private let divisor: Double
    private let finalDivisor: Double

    init(from reader: inout ConfigReader) throws {
        maxima = try reader.required("max_lr")
        totalSteps = try reader.plainInteger("total_steps")
        cycle = try OneCycle(from: &reader)
        divisor = try reader.value("div_factor", default: 25)
        finalDivisor = try reader.value("final_div_factor", default: 1e4)
        for (key, value) in [("div_factor", divisor), ("final_div_factor", finalDivisor)]
        where value == 0 {
            throw reader.failure(key, "the rate cannot be divided by 0")
        }
    }

    /// Starts every group from its maximum divided by `div_factor`.
    func planned(for optimizer: ScheduledOptimizer) throws -> [GroupSchedule] {
        let starts = try maxima.values(of: optimizer, key: "max_lr").map { $0 / divisor }
        guard let length = totalSteps ?? optimizer.maximum, length > 0 else {
            return starts.map { GroupSchedule(FixedSchedule(), base: $0) }
        }
        if let maximum = optimizer.maximum, maximum > length {
            throw optimizer.failure(
                "total_steps", "the cycle has \(length) steps, the run has \(maximum)",
                remedy: "raise it to at least \(maximum), or leave it out")
        }
        let ends = try cycle.ends(length, of: optimizer)
        let ratios =
            cycle.hasThreePhases
            ? [1, divisor, 1, 1 / finalDivisor] : [1, divisor, 1 / finalDivisor]
        let curve = OneCycleCurve(ends: ends, ratios: ratios, annealing: cycle.annealing)
        return starts.map { GroupSchedule(curve, base: $0) }
    }

    /// The base: groups follow what is planned for them.
    func value(base: Double, progress: Int, maximum: Int) -> Double { base }
}

/// A rate that goes through ratios of its base, from one phase's end to the next one's.
private struct OneCycleCurve: LearningRateSchedule {
    let ends: [Double]
    let ratios: [Double]
    let annealing: Annealing

    func value(base: Double, progress: Int, maximum: Int) throws -> Double {
        guard let last = ends.last, Double(progress) <= last else {
            throw RunnerError(
                "lr_config", "step \(progress) is beyond the cycle of \(Int(ends.last ?? 0) + 1)")
        }
        let (phase, share) = OneCycle.place(of: progress, in: ends)
        return annealing.value(
            from: base * ratios[phase], to: base * ratios[phase + 1], at: share)
    }
}
