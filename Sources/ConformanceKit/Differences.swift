internal import ConfigCore
internal import TensorCore

/// Gathers what differs between a case's results and what was recorded.
struct Differences {
    private(set) var lines: [String] = []

    /// Notes a difference in words.
    mutating func note(_ line: String) { lines.append(line) }

    /// Compares two values that must be the same.
    mutating func compare<Value: Equatable>(_ what: String, expected: Value, actual: Value) {
        if expected != actual {
            lines.append("\(what): expected \(Self.short(expected)), got \(Self.short(actual))")
        }
    }

    /// Compares two numbers.
    mutating func compare(
        _ what: String, expected: Double, actual: Double, within tolerance: Double
    ) {
        guard !Self.agree(expected, actual, tolerance) else { return }
        lines.append(
            "\(what): expected \(expected), got \(actual), allowed difference \(tolerance)")
    }

    /// Compares rows of numbers and tells the worst place.
    mutating func compare(
        _ what: String, expected: [Double], actual: [Double], within tolerance: Double
    ) {
        guard expected.count == actual.count else {
            lines.append("\(what): expected \(expected.count) values, got \(actual.count)")
            return
        }
        let wrong = zip(expected, actual).enumerated().filter { _, pair in
            !Self.agree(pair.0, pair.1, tolerance)
        }
        func distance(_ pair: (Double, Double)) -> Double {
            let distance = abs(pair.0 - pair.1)
            return distance.isNaN ? .infinity : distance
        }
        guard let worst = wrong.max(by: { distance($0.element) < distance($1.element) }) else {
            return
        }
        lines.append(
            "\(what)[\(worst.offset)]: expected \(worst.element.0), got \(worst.element.1), "
                + "allowed difference \(tolerance) (\(wrong.count) of \(expected.count) values)")
    }

    /// Compares an array with a recorded one.
    ///
    /// Single precision may differ as much as `singlePrecision` says of the result's scale;
    /// integers may not differ.
    mutating func compare(
        _ what: String, expected: ConfigNode, actual: PlainTensor, float64Difference: Double
    ) throws {
        let expected = try expected.array()
        guard expected.shape == actual.shape else {
            lines.append("\(what): expected the shape \(expected.shape), got \(actual.shape)")
            return
        }
        let numbers = expected.floats.map(Double.init)
        let tolerance =
            expected.integers == nil
            ? Self.singlePrecision(numbers, float64Difference: float64Difference) : 0
        compare(
            what, expected: numbers, actual: actual.floats.map(Double.init), within: tolerance)
    }

    /// How far a single-precision result may be off: four times what the recorded one was off from
    /// double precision, or 1e-5 of the result's scale.
    static func singlePrecision(_ expected: [Double], float64Difference: Double) -> Double {
        let scale = expected.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
        return max(4 * float64Difference, 1e-5 * scale)
    }

    /// Ends the comparison.
    ///
    /// - Throws: `Mismatch` where anything differed.
    func finish() throws {
        if !lines.isEmpty { throw Mismatch(differences: lines) }
    }

    private static func agree(_ expected: Double, _ actual: Double, _ tolerance: Double) -> Bool {
        if expected.isNaN || actual.isNaN { return expected.isNaN && actual.isNaN }
        return expected == actual || abs(expected - actual) <= tolerance
    }

    private static func short(_ value: some Any) -> String {
        let text = "\(value)"
        return text.count > 120 ? "\(text.prefix(120))…" : text
    }
}
