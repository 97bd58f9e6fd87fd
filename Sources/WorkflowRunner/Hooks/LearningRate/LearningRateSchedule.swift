import Foundation

/// A learning rate as a function of how far training has come.
public protocol LearningRateSchedule: Sendable {
    /// The learning rate at a step.
    ///
    /// - Parameters:
    ///   - base: The rate that the parameter group started with.
    ///   - progress: The finished epochs or iterations.
    ///   - maximum: How many there shall be.
    /// - Returns: The rate.
    /// - Throws: An error where the schedule says nothing about the step.
    func value(base: Double, progress: Int, maximum: Int) throws -> Double
}

/// The rate stays as it is.
public struct FixedSchedule: LearningRateSchedule {
    /// A schedule without settings.
    public init() {}
    /// The base rate.
    public func value(base: Double, progress: Int, maximum: Int) -> Double { base }
}

/// The rate falls by a factor at milestones, or every so many steps.
public struct StepSchedule: LearningRateSchedule {
    /// When the rate falls.
    public enum Steps: Sendable {
        case every(Int)
        case at([Int])
    }

    let steps: Steps
    let gamma: Double
    let minimum: Double?

    /// Falls by `gamma`, but not below `minimum`.
    public init(steps: Steps, gamma: Double = 0.1, minimum: Double? = nil) {
        self.steps = steps
        self.gamma = gamma
        self.minimum = minimum
    }

    /// The base rate times `gamma` for every milestone passed.
    public func value(base: Double, progress: Int, maximum: Int) -> Double {
        let count =
            switch steps {
            case .every(let interval): progress / interval
            // The original looks for the first milestone ahead, so an unsorted list counts as it stands.
            case .at(let milestones):
                milestones.firstIndex { progress < $0 } ?? milestones.count
            }
        let value = base * pow(gamma, Double(count))
        return minimum.map { max(value, $0) } ?? value
    }
}

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

/// Where an annealed rate ends.
public enum AnnealingTarget: Sendable {
    /// At this rate.
    case rate(Double)
    /// At this share of the base rate.
    case ratio(Double)

    /// The rate it means for a group.
    public func rate(base: Double) -> Double {
        switch self {
        case .rate(let rate): rate
        case .ratio(let ratio): base * ratio
        }
    }
}

/// The rate falls to a target along half a cosine.
public struct CosineAnnealingSchedule: LearningRateSchedule {
    let target: AnnealingTarget

    /// Falls to `target`.
    public init(target: AnnealingTarget) { self.target = target }

    /// The point of the curve.
    public func value(base: Double, progress: Int, maximum: Int) -> Double {
        let end = target.rate(base: base)
        let cosine = cos(Double.pi * Double(progress) / Double(maximum)) + 1
        return end + 0.5 * (base - end) * cosine
    }
}

/// The rate falls to a target along a line.
public struct LinearAnnealingSchedule: LearningRateSchedule {
    let target: AnnealingTarget

    /// Falls to `target`.
    public init(target: AnnealingTarget) { self.target = target }

    /// The point of the line.
    public func value(base: Double, progress: Int, maximum: Int) -> Double {
        base + (target.rate(base: base) - base) * Double(progress) / Double(maximum)
    }
}
