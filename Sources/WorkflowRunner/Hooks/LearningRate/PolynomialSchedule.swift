import Foundation

/// The rate falls to a minimum as a power of the steps left.
public struct PolynomialSchedule: LearningRateSchedule {
    let power: Double
    let minimum: Double

    /// Falls to `minimum`.
    public init(power: Double = 1, minimum: Double = 0) {
        self.power = power
        self.minimum = minimum
    }

    /// `(base - min) * (1 - progress / max) ** power + min`.
    public func value(base: Double, progress: Int, maximum: Int) -> Double {
        (base - minimum) * pow(1 - Double(progress) / Double(maximum), power) + minimum
    }
}
