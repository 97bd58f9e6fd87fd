import Foundation

/// The rate falls by a factor every step.
public struct ExponentialSchedule: LearningRateSchedule {
    let gamma: Double

    /// Falls by `gamma`.
    public init(gamma: Double) { self.gamma = gamma }

    /// `base * gamma ** progress`.
    public func value(base: Double, progress: Int, maximum: Int) -> Double {
        base * pow(gamma, Double(progress))
    }
}
