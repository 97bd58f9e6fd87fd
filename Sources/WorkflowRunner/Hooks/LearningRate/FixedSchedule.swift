/// The rate stays as it is.
public struct FixedSchedule: LearningRateSchedule {
    /// A schedule without settings.
    public init() {}
    /// The base rate.
    public func value(base: Double, progress: Int, maximum: Int) -> Double { base }
}
