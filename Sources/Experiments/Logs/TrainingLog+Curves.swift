import ConfigCore
package import Drawing

extension TrainingLog {
    /// What the horizontal axis of a log's curves counts.
    package enum Axis: String {
        case epochs
        case iterations
    }

    /// Epochs where the log has several that begin anew; else iterations.
    package var axis: Axis {
        let training = rows.filter(\.isTraining)
        guard Set(training.compactMap(\.epoch)).count > 1 else { return .iterations }
        if training.contains(where: { $0.step != nil }) { return .epochs }
        // A run by iterations counts on when an epoch of its loader ends.
        let startsAnew = zip(training, training.dropFirst()).contains { before, after in
            (after.epoch ?? 0) > (before.epoch ?? 0)
                && (after.iteration ?? 0) <= (before.iteration ?? 0)
        }
        return startsAnew ? .epochs : .iterations
    }

    /// The curve of a number: over training where it is logged there, else over validations.
    ///
    /// - Parameter key: The number, or `train/` or `val/` and the number where both have it.
    /// - Returns: Its points.
    /// - Throws: `UsageError` where the log does not have it.
    package func curve(_ key: String) throws -> [Point] {
        var (name, wanted) = (key, Bool?.none)
        if !keys.contains(key) {
            for (prefix, isTraining) in [("train/", true), ("val/", false)]
            where key.hasPrefix(prefix) {
                (name, wanted) = (String(key.dropFirst(prefix.count)), isTraining)
            }
        }
        let inTraining = rows.contains { $0.isTraining && $0.numbers[name] != nil }
        let isTraining = wanted ?? inTraining
        let places = places
        let points = zip(rows, places).compactMap { row, x in
            row.isTraining == isTraining ? row.numbers[name].map { Point(x, $0) } : nil
        }
        guard !points.isEmpty else { throw unknown(key) }
        return points
    }

    /// Where each row stands on the axis.
    private var places: [Double] {
        let axis = axis
        let length = epochLength
        var iterationsDone = 0
        return rows.map { row in
            let iteration = row.iteration ?? 0
            if row.isTraining { iterationsDone = max(iterationsDone, iteration) }
            switch (axis, row.isTraining) {
            case (.iterations, true): return Double(iteration)
            case (.iterations, false): return Double(iterationsDone)
            case (.epochs, true):
                // MMEngine counts iterations over all epochs, MMCV in each of them.
                let share = Double(iteration) / length
                return row.step == nil ? Double((row.epoch ?? 1) - 1) + share : share
            case (.epochs, false): return Double(row.epoch ?? row.step ?? 0)
            }
        }
    }

    /// How many iterations an epoch has, as far as the rows tell.
    private var epochLength: Double {
        let lengths = rows.filter(\.isTraining).compactMap { row -> Double? in
            guard let iteration = row.iteration, let epoch = row.epoch, epoch > 0 else {
                return nil
            }
            return row.step == nil ? Double(iteration) : Double(iteration) / Double(epoch)
        }
        return max(1, lengths.max() ?? 1)
    }
}
