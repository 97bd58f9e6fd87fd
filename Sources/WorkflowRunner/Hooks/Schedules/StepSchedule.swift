import Foundation

/// The value falls by a factor at milestones, or every so many steps.
public struct StepSchedule: ParameterSchedule {
    /// When the value falls.
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

    /// The base times `gamma` for every milestone passed.
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
