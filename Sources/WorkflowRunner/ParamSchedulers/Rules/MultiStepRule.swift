import Foundation
public import TorchFile

/// A factor at each of several steps; a step that is named twice gets it twice.
public struct MultiStepRule: SchedulingRule {
    /// The steps, in order.
    public let milestones: [Double]
    /// The factor.
    public let gamma: Double

    /// A factor at milestones, in any order.
    public init(milestones: [Double], gamma: Double = 0.1) {
        self.milestones = milestones.sorted()
        self.gamma = gamma
    }

    /// The value of a step.
    public func value(at point: SchedulingPoint) -> Double {
        let times = milestones.count { $0 == Double(point.step) }
        return times == 0 ? point.current : point.current * pow(gamma, Double(times))
    }

    /// What the rule was configured with; the milestones count how often each is named.
    public var settings: [(name: String, value: TorchValue)] {
        var counts = TorchDictionary()
        for milestone in milestones {
            let key = TorchValue.number(milestone)
            counts[key: key] = .int((counts[key: key]?.int ?? 0) + 1)
        }
        return [("milestones", .dictionary(counts)), ("gamma", .double(gamma))]
    }
}
