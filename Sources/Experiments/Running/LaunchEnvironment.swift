import WorkflowRunner

/// What the environment says of how many processes were started.
public enum LaunchEnvironment {
    /// How launchers tell the number of processes: torchrun, srun, mpirun.
    private static let variables = ["WORLD_SIZE", "SLURM_STEP_NUM_TASKS", "OMPI_COMM_WORLD_SIZE"]

    /// Refuses to be one of several processes.
    ///
    /// Errors: throws `RunnerError`.
    public static func check(_ environment: [String: String]) throws {
        for name in variables {
            guard let count = environment[name].flatMap({ Int($0) }), count > 1 else { continue }
            throw RunnerError(
                name, "\(count) processes were started, but a run has one for now",
                remedy: "start it without a launcher")
        }
    }
}
