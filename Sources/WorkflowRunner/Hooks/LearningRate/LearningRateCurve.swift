/// A learning rate or a momentum over a whole run, known without running it.
package struct LearningRateCurve {
    /// Whether its steps are epochs; else iterations.
    package let byEpoch: Bool
    /// The rise at the start, in which a share of the curve's values is taken.
    package let warmup: Warmup?
    /// How many steps there are.
    package let count: Int
    private let schedule: GroupSchedule

    init(_ schedule: GroupSchedule, byEpoch: Bool, warmup: Warmup?, count: Int) {
        self.schedule = schedule
        self.byEpoch = byEpoch
        self.warmup = warmup
        self.count = count
    }

    /// The value in a step, counted from 0, leaving warmup aside.
    package func value(at step: Int) throws -> Double {
        try schedule.schedule.value(base: schedule.base, progress: step, maximum: count)
    }
}
