import Foundation
import ImageData

extension TrainingLog {
    /// How long iterations took, epoch by epoch, in the original's lines.
    ///
    /// - Parameter includesOutliers: Whether the first value of every epoch counts, which is often larger.
    /// - Returns: The lines.
    /// - Throws: `UsageError` or `DataError` where the log does not tell.
    public func timeLines(includesOutliers: Bool) throws -> [String] {
        var epochs: [(epoch: Int, times: [Double])] = []
        for row in rows where row.isTraining {
            guard let time = row.numbers["time"] else { continue }
            let epoch = axis == .epochs ? row.epoch ?? 1 : 1
            if epochs.last?.epoch != epoch { epochs.append((epoch, [])) }
            epochs[epochs.count - 1].times.append(time)
        }
        guard !epochs.isEmpty else { throw unknown("time") }
        if !includesOutliers {
            for place in epochs.indices {
                epochs[place].times.removeFirst()
                guard !epochs[place].times.isEmpty else {
                    throw UsageError(
                        "\(path): epoch \(epochs[place].epoch) has a single time, which is its "
                            + "first; pass --include-outliers")
                }
            }
        }
        let means = epochs.map { (epoch: $0.epoch, mean: Self.mean($0.times)) }
        guard let slowest = means.max(by: { $0.mean < $1.mean }),
            let fastest = means.min(by: { $0.mean < $1.mean })
        else { throw unknown("time") }
        let mean = Self.mean(means.map(\.mean))
        let variance = Self.mean(means.map { ($0.mean - mean) * ($0.mean - mean) })
        return [
            "-----Analyze train time of \(path)-----",
            "slowest epoch \(slowest.epoch), average time is \(Self.text(slowest.mean))",
            "fastest epoch \(fastest.epoch), average time is \(Self.text(fastest.mean))",
            "time std over epochs is \(Self.text(variance.squareRoot()))",
            "average iter time: \(Self.text(Self.mean(epochs.flatMap(\.times)))) s/iter", "",
        ]
    }

    private static func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(values.count)
    }

    private static func text(_ seconds: Double) -> String { String(format: "%.4f", seconds) }
}
