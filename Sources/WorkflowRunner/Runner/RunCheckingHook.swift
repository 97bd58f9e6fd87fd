import TrainingInterfaces

/// A hook that can tell before anything runs that it does not fit the run.
protocol RunCheckingHook: Hook {
    /// Refuses a run that the hook does not fit.
    func check(
        _ runner: BaseRunner, _ loaders: [any BatchSource], _ workflow: [(String, Int)]
    ) throws
}
