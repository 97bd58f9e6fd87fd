import Foundation

/// The rate falls as an inverse power.
public struct InverseSchedule: LearningRateSchedule {
    let gamma: Double
    let power: Double

    /// Falls with `gamma` a step.
    public init(gamma: Double, power: Double = 1) {
        self.gamma = gamma
        self.power = power
    }

    /// `base * (1 + gamma * progress) ** -power`.
    public func value(base: Double, progress: Int, maximum: Int) -> Double {
        base * pow(1 + gamma * Double(progress), -power)
    }
}
