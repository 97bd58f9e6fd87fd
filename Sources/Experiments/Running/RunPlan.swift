import ConfigCore

/// What a run will do and when, worked out from its workflow without running it.
struct RunPlan {
    /// A phase of the run: so many epochs (or iterations) of it in a row.
    struct Step {
        let phase: String
        let count: Int
        /// Finished training epochs or iterations when it begins.
        let begin: Int
    }

    private(set) var steps: [Step] = []
    /// After how many epochs or iterations metrics are evaluated.
    private(set) var evaluations: [Int] = []
    /// After how many epochs or iterations checkpoints are written.
    private(set) var checkpoints: [Int] = []

    init(_ experiment: Experiment) {
        let maximum = experiment.runner.maximum
        var done = 0
        let advances = experiment.workflow.contains { $0.phase == "train" && $0.count > 0 }
        while done < maximum && advances {
            for (phase, count) in experiment.workflow where count > 0 {
                let isTraining = phase == "train"
                let steps = isTraining ? min(count, maximum - done) : count
                guard steps > 0 else { continue }
                self.steps.append(Step(phase: phase, count: steps, begin: done))
                if isTraining { done += steps }
            }
        }
        guard maximum > 0 else { return }
        if let hook = experiment.evaluation?.hook {
            let interval = hook["interval"]?.int ?? 1
            let start = hook["start"]?.int
            evaluations = start == 0 ? [0] : []
            evaluations += (1...maximum).filter { place in
                guard let start else { return interval > 0 && place % interval == 0 }
                return place >= start && interval > 0 && (place - start) % interval == 0
            }
        }
        if let hook = experiment.hooks.checkpoint, !hook.isNull {
            let interval = hook["interval"]?.int ?? -1
            let savesLast = hook["save_last"]?.bool ?? true
            checkpoints = (1...maximum).filter { place in
                interval > 0 && place % interval == 0 || savesLast && place == maximum
            }
        }
    }
}
