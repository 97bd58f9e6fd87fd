/// The rate falls to a target along half a cosine, then drops to a share of it for the last steps.
///
/// Source: MMClassification's `CosineAnnealingCooldownLrUpdaterHook`.
public struct CosineCooldownSchedule: LearningRateSchedule {
    let target: AnnealingTarget
    let ratio: Double
    let time: Int

    /// Falls to `target`, and to the share `ratio` of it in the last `time` steps.
    public init(target: AnnealingTarget, ratio: Double = 0.1, time: Int = 10) {
        self.target = target
        self.ratio = ratio
        self.time = time
    }

    /// Points out a run that is nothing but cool-down.
    public func planned(for optimizer: ScheduledOptimizer) throws -> [GroupSchedule] {
        if let maximum = optimizer.maximum, maximum > 0, time >= maximum {
            optimizer.warn(
                "cool_down_time",
                "\(time) steps of cool-down leave none of \(maximum) to anneal in")
        }
        return optimizer.starts.map { GroupSchedule(self, base: $0) }
    }

    /// The point of the curve, or the rate after it.
    public func value(base: Double, progress: Int, maximum: Int) -> Double {
        let end = target.value(base: base)
        let annealed = maximum - time
        guard progress <= annealed, annealed > 0 else { return end * ratio }
        return Annealing.cosine.value(
            from: base, to: end, at: Double(progress) / Double(annealed))
    }
}
