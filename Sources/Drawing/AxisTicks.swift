import Foundation

/// Round numbers along an axis, and their labels.
public struct AxisTicks: Sendable, Equatable {
    /// The numbers, from low to high.
    public let values: [Double]
    /// How they are written, all with as many digits as tell them apart.
    public let labels: [String]

    /// About `count` numbers between `low` and `high`.
    ///
    /// - Parameters:
    ///   - low: Where the axis begins.
    ///   - high: Where it ends; more than `low`.
    ///   - count: How many there should be.
    ///   - wholeOnly: Whether the axis counts something.
    public init(from low: Double, to high: Double, about count: Int, wholeOnly: Bool = false) {
        var step = Self.step(near: (high - low) / Double(max(1, count)))
        if wholeOnly { step = max(1, step.rounded(.up)) }
        let first = Int((low / step - 1e-9).rounded(.up))
        let last = Int((high / step + 1e-9).rounded(.down))
        values = first <= last ? (first...last).map { Double($0) * step } : []
        labels = Self.labels(values, step)
    }

    /// 1, 2 or 5 times a power of ten.
    private static func step(near rough: Double) -> Double {
        let power = pow(10, log10(rough).rounded(.down))
        // What was meant to be 5 may be a little more.
        let factor = rough / power * (1 - 1e-9)
        return (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10) * power
    }

    private static func labels(_ values: [Double], _ step: Double) -> [String] {
        let largest = values.map(abs).max() ?? 0
        let digit = Int(log10(step).rounded(.down))
        guard largest >= 1e6 || digit < -4 else {
            return values.map { String(format: "%.*f", max(0, -digit), $0) }
        }
        let digits = max(0, Int(log10(max(largest, step)).rounded(.down)) - digit)
        return values.map { $0 == 0 ? "0" : String(format: "%.*e", digits, $0) }
    }
}
