import Foundation

/// The times of a repeated step.
struct Measurement {
    /// Seconds of each repetition, in order.
    let seconds: [Double]

    /// The middle one.
    var median: Double {
        let sorted = seconds.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// Repeats a step, after as many unmeasured repetitions as it needs to prepare itself.
    static func of(warmup: Int, repeats: Int, _ step: () throws -> Void) rethrows -> Measurement {
        for _ in 0..<warmup { try step() }
        let clock = ContinuousClock()
        let seconds = try (0..<repeats).map { _ in
            let time = try clock.measure(step)
            return Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
        }
        return Measurement(seconds: seconds)
    }
}

/// The most memory the process has had, in bytes.
func peakResidentBytes() -> Int {
    var usage = rusage()
    unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
    return usage.ru_maxrss * 1024
}
