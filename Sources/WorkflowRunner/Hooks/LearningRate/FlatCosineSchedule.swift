/// The rate stays for a share of the run, then falls to a target along half a cosine.
///
/// Source: MMCV's `FlatCosineAnnealingLrUpdaterHook`.
public struct FlatCosineSchedule: LearningRateSchedule {
    let start: Double
    let target: AnnealingTarget

    /// Falls to `target` after the share `start` of the run.
    public init(start: Double = 0.75, target: AnnealingTarget) {
        self.start = start
        self.target = target
    }

    /// The base rate, or the point of the curve.
    public func value(base: Double, progress: Int, maximum: Int) -> Double {
        // Python rounds halves to even.
        let flat = Int((Double(maximum) * start).rounded(.toNearestOrEven))
        guard progress >= flat else { return base }
        return Annealing.cosine.value(
            from: base, to: target.value(base: base),
            at: Double(progress - flat) / Double(maximum - flat))
    }
}
