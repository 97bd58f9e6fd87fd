import Foundation

/// The rate falls to a target along half a cosine again and again, from starts of their own weight.
///
/// Source: MMCV's `CosineRestartLrUpdaterHook`.
public struct CosineRestartSchedule: LearningRateSchedule {
    let periods: [Int]
    let weights: [Double]
    let target: AnnealingTarget

    /// Falls within each of the periods, from the share of the way that its weight says.
    public init(periods: [Int], weights: [Double] = [1], target: AnnealingTarget) {
        self.periods = periods
        self.weights = weights
        self.target = target
    }

    /// Refuses a run that is longer than the periods.
    public func planned(for optimizer: ScheduledOptimizer) throws -> [GroupSchedule] {
        let covered = periods.reduce(0, +)
        if let maximum = optimizer.maximum, optimizer.isExact, maximum > covered {
            throw optimizer.failure(
                "periods", "\(periods) cover \(covered) steps, the run has \(maximum)",
                remedy: "make them add up to at least \(maximum)")
        }
        return optimizer.starts.map { GroupSchedule(self, base: $0) }
    }

    /// The point of the period's curve.
    public func value(base: Double, progress: Int, maximum: Int) throws -> Double {
        var start = 0
        for (period, weight) in zip(periods, weights) {
            guard progress >= start + period else {
                let share = min(Double(progress - start) / Double(period), 1)
                let end = target.value(base: base)
                return end + 0.5 * weight * (base - end) * (cos(Double.pi * share) + 1)
            }
            start += period
        }
        throw RunnerError(
            "lr_config.periods", "step \(progress) is beyond the periods \(periods)",
            remedy: "add one")
    }
}
