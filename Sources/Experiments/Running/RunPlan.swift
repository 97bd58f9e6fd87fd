import ConfigCore
import WorkflowRunner

/// What a run will do and when, worked out from its workflow without running it.
struct RunPlan {
    /// A phase of the run: so many epochs (or iterations) of it in a row.
    struct Step {
        let phase: String
        var count: Int
        /// Finished training epochs or iterations when it begins.
        let begin: Int
    }

    /// When something happens.
    struct Visits {
        /// After how many epochs or iterations, as the runner counts.
        var places: [Int] = []
        /// Every how many iterations, in a run that counts epochs.
        var interval: Int?
        /// How many epochs or iterations the run has.
        var maximum = 0

        /// How often, if an epoch has so many batches.
        func count(batchesPerEpoch: Int) -> Int {
            interval.map { maximum * batchesPerEpoch / $0 } ?? places.count
        }
    }

    /// Whether progress is counted in epochs.
    let byEpoch: Bool
    /// How many epochs or iterations there are.
    let maximum: Int
    /// The phases in order, those of training joined where nothing lies between them.
    private(set) var steps: [Step] = []
    /// When metrics are evaluated.
    private(set) var evaluations = Visits()
    /// When checkpoints are written.
    private(set) var checkpoints = Visits()

    /// The plan of a legacy config's run.
    ///
    /// Errors: throws `ConfigError` for an `evaluation` that means nothing.
    init(_ experiment: Experiment) throws {
        if let loop = experiment.trainLoop {
            let hook = experiment.hooks.listed?.last { $0.path == "default_hooks.checkpoint" }
            self.init(
                loop, validates: experiment.validation != nil,
                checkpoint: hook?.config ?? .init(.null))
            return
        }
        self.init(
            byEpoch: experiment.runner.byEpoch, maximum: experiment.runner.maximum,
            workflow: experiment.workflow)
        if let evaluation = experiment.evaluation {
            evaluations = try visits(evaluation)
        }
        if let hook = experiment.hooks.checkpoint, !hook.isNull {
            checkpoints = visits(
                hook, countsEpochs: hook["by_epoch"]?.bool ?? experiment.runner.byEpoch)
        }
    }

    /// The plan of a new-style config's run; its val phases evaluate metrics.
    ///
    /// A count of val in a run by iterations is a whole validation.
    init(_ loop: TrainLoopConfig, validates: Bool, checkpoint: ConfigNode?) {
        let length = validates ? 1 : nil
        self.init(
            byEpoch: loop.byEpoch, maximum: loop.maximum,
            workflow: WorkflowAdapter.workflow(for: loop, validationLength: length).map {
                ($0.0, $0.1)
            })
        evaluations.places = validates ? loop.validatedAfter : []
        // MMEngine saves after every epoch unless the config says something else.
        let hook = checkpoint ?? ["interval": 1]
        if !hook.isNull {
            checkpoints = visits(hook, countsEpochs: hook["by_epoch"]?.bool ?? true)
        }
    }

    private init(byEpoch: Bool, maximum: Int, workflow: [(phase: String, count: Int)]) {
        self.byEpoch = byEpoch
        self.maximum = maximum
        var done = 0
        let advances = workflow.contains { $0.phase == "train" && $0.count > 0 }
        while done < maximum && advances {
            for (phase, count) in workflow where count > 0 {
                let isTraining = phase == "train"
                let steps = isTraining ? min(count, maximum - done) : count
                guard steps > 0 else { continue }
                add(Step(phase: phase, count: steps, begin: done))
                if isTraining { done += steps }
            }
        }
    }

    private mutating func add(_ step: Step) {
        if step.phase == "train", let last = steps.indices.last, steps[last].phase == "train" {
            steps[last].count += step.count
        } else {
            steps.append(step)
        }
    }

    private func visits(_ evaluation: Experiment.Evaluation) throws -> Visits {
        let options = try evaluation.options()
        if byEpoch, !options.byEpoch {
            return Visits(interval: options.interval, maximum: maximum)
        }
        let first = options.start == 0 ? [0] : []
        return Visits(
            places: first + (maximum > 0 ? (1...maximum).filter(options.isDue) : []),
            maximum: maximum)
    }

    /// When the hook that writes checkpoints does so.
    private func visits(_ hook: ConfigNode, countsEpochs: Bool) -> Visits {
        let interval = hook["interval"]?.int ?? -1
        let begin = hook["save_begin"]?.int ?? 0
        let savesLast = hook["save_last"]?.bool ?? true
        if byEpoch, !countsEpochs, interval > 0 {
            return Visits(interval: interval, maximum: maximum)
        }
        guard maximum > 0 else { return Visits() }
        // To MMEngine a run by iterations is one epoch.
        let isOneEpoch = !byEpoch && countsEpochs
        let places = (1...maximum).filter { place in
            let isLast = place == maximum
            if isOneEpoch { return isLast && (savesLast || interval == 1) }
            return interval > 0 && place > begin && (place - begin).isMultiple(of: interval)
                || savesLast && isLast
        }
        return Visits(places: places, maximum: maximum)
    }
}
