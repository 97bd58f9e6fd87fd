/// A hook that can tell before anything runs that it does not fit the run.
protocol RunCheckingHook: Hook {
    /// Refuses a run that the hook does not fit.
    ///
    /// - Parameters:
    ///   - runner: The run, before its first stage.
    ///   - maxIterations: How many iterations it will have, where that is known.
    func check(_ runner: BaseRunner, maxIterations: Int?) throws
}
