import Foundation
public import TorchFile

/// Cosines one after the other, each from a share of the group's first value down to a minimum.
public struct CosineRestartRule: SchedulingRule {
    /// How many steps each cosine takes.
    public let periods: [Double]
    /// The share of the first value that each begins with.
    public let weights: [Double]
    /// Where each ends.
    public let minimum: AnnealingTarget
    private let ends: [Double]

    /// Cosines of those periods; there is a weight for each.
    public init(periods: [Double], weights: [Double], minimum: AnnealingTarget) {
        self.periods = periods
        self.weights = weights
        self.minimum = minimum
        var end = 0.0
        ends = periods.map { period in
            end += period
            return end
        }
    }

    /// The value of a step; after the last cosine it stays.
    public func value(at point: SchedulingPoint) -> Double {
        let total = Double(point.step)
        guard let place = ends.firstIndex(where: { total < $0 }) else { return point.current }
        let step = place == 0 ? total : total - ends[place - 1]
        guard step != 0 else { return point.base * weights[place] }
        let low = minimum.value(base: point.base)
        return (1 + cos(.pi * step / periods[place])) / (1 + cos(.pi * (step - 1) / periods[place]))
            * (point.current - low) + low
    }

    /// What the rule was configured with.
    public var settings: [(name: String, value: TorchValue)] {
        [("periods", .list(periods.map { .number($0) }))] + minimum.settings
            + [
                ("restart_weights", .list(weights.map { .double($0) })),
                ("cumulative_periods", .list(ends.map { .number($0) })),
            ]
    }
}
