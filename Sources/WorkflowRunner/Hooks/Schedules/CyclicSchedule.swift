import Foundation

/// The value goes to a first ratio of its base and on to a second one, in cycles of equal length.
///
/// With a `gamma` below 1 the first ratio comes nearer to 1 from cycle to cycle.
///
/// Source: MMCV's `CyclicLrUpdaterHook` and `CyclicMomentumUpdaterHook`.
public struct CyclicSchedule: ParameterSchedule {
    let targets: (first: Double, second: Double)
    let cycles: Int
    let shareUp: Double
    let annealing: Annealing
    let gamma: Double

    /// Cycles that spend `shareUp` of their length on the way to the first ratio.
    public init(
        targets: (first: Double, second: Double), cycles: Int = 1, shareUp: Double = 0.4,
        annealing: Annealing = .cosine, gamma: Double = 1
    ) {
        self.targets = targets
        self.cycles = cycles
        self.shareUp = shareUp
        self.annealing = annealing
        self.gamma = gamma
    }

    /// Divides the run into cycles, once: a source of another length later in the workflow changes nothing.
    public func planned(for optimizer: ScheduledOptimizer) throws -> [GroupSchedule] {
        let maximum = optimizer.maximum ?? 0
        guard maximum / cycles > 0 || maximum == 0 else {
            throw optimizer.failure(
                "cyclic_times", "\(cycles) cycles do not fit into \(maximum) iterations",
                remedy: "lower cyclic_times to at most \(maximum)")
        }
        let schedule = FixedLength(schedule: self, maximum: maximum)
        return optimizer.starts.map { GroupSchedule(schedule, base: $0) }
    }

    /// The point of the cycle.
    public func value(base: Double, progress: Int, maximum: Int) -> Double {
        let length = maximum / cycles
        guard length > 0 else { return base }
        let up = Int(shareUp * Double(length))
        let place = progress % length
        let scale = pow(gamma, Double(progress / length))
        var start = (place: 0, ratio: 1.0)
        var end = (place: up, ratio: targets.first)
        if place >= up {
            start = end
            end = (length, targets.second)
        }
        // A cycle that only goes down starts at its first step, where the original scales the end instead.
        if start.place == 0 {
            end.ratio = 1 - scale + end.ratio * scale
        } else {
            start.ratio = 1 - scale + start.ratio * scale
        }
        return annealing.value(
            from: base * start.ratio, to: base * end.ratio,
            at: Double(place - start.place) / Double(end.place - start.place))
    }
}

/// A schedule whose length was decided when the run began.
private struct FixedLength: ParameterSchedule {
    let schedule: CyclicSchedule
    let maximum: Int

    func value(base: Double, progress: Int, maximum: Int) throws -> Double {
        schedule.value(base: base, progress: progress, maximum: self.maximum)
    }
}
