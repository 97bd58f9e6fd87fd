import TorchFile

/// Follows a schedule from its start up to where a run is: what a config means that was changed since.
final class ScheduleReplay {
    private let schedulers: [any ParameterScheduler]
    private let states: [TorchDictionary?]
    private let epochs: Int
    private let iterations: Int
    /// What could not be followed.
    private(set) var warnings: [String] = []

    init(
        _ schedulers: [any ParameterScheduler], _ states: [TorchDictionary?],
        _ progress: TrainedLength
    ) {
        self.schedulers = schedulers
        self.states = states
        // A checkpoint may have been saved before this hook's turn: the schedulers know.
        epochs = Self.steps(states, byEpoch: true) ?? progress.epochs
        iterations = Self.steps(states, byEpoch: false) ?? progress.iterations
    }

    private static func steps(_ states: [TorchDictionary?], byEpoch: Bool) -> Int? {
        states.first { $0?["by_epoch"]?.bool == byEpoch }??["_global_step"]?.int
    }

    /// Takes all steps again, from the values that the config gives the groups.
    func run(_ target: SchedulerTarget) throws {
        for scheduler in schedulers { target.restore(scheduler.parameter) }
        target.isQuiet = true
        defer { target.isQuiet = false }
        for scheduler in schedulers { try scheduler.restart() }
        let metrics = histories()
        var done = 0
        for epoch in 0..<epochs {
            let end = iterationsBehind(epoch + 1, target.length)
            try stepIterations(end - done)
            done = max(done, end)
            for scheduler in schedulers where scheduler.byEpoch { try scheduler.step() }
            for (scheduler, history) in metrics {
                for entry in history where entry.stepCount == epoch + 1 {
                    try scheduler.step(metrics: [scheduler.monitor: entry.metric])
                }
            }
        }
        try stepIterations(iterations - done)
    }

    private func stepIterations(_ count: Int) throws {
        let steppers = schedulers.filter { !$0.byEpoch }
        guard count > 0, !steppers.isEmpty else { return }
        for _ in 0..<count { for scheduler in steppers { try scheduler.step() } }
    }

    /// How many iterations lay behind when an epoch had ended.
    private func iterationsBehind(_ epoch: Int, _ length: RunLength) -> Int {
        if let perEpoch = length.iterationsPerEpoch, perEpoch * epochs <= iterations,
            iterations <= perEpoch * (epochs + 1)
        {
            return perEpoch * epoch
        }
        return iterations * epoch / epochs
    }

    /// The metrics that schedulers have seen.
    private func histories() -> [(PlateauScheduler, [(stepCount: Int, metric: Double)])] {
        schedulers.enumerated().compactMap { place, scheduler in
            guard let scheduler = scheduler as? PlateauScheduler else { return nil }
            let saved = states.indices.contains(place) ? states[place] : nil
            guard let saved, saved["monitor"]?.string == scheduler.monitor,
                let history = PlateauScheduler.history(saved)
            else {
                warnings.append(
                    "\(scheduler.typeName) begins anew: the checkpoint does not tell the \(scheduler.monitor) of earlier validations"
                )
                return nil
            }
            return (scheduler, history)
        }
    }
}
