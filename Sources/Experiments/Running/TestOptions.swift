/// What the command line says about a test.
public struct TestOptions: Sendable {
    /// The checkpoint.
    public var checkpoint: String
    /// Metrics that come before the config's own, for legacy configs.
    public var metrics: [String] = []
    /// Their options as `key=value`.
    public var metricOptions: [String] = []
    /// Whether to compute in bfloat16, where the processor is fast at it.
    public var isMixedPrecision = false
    /// Whether the scores of several views of each image are averaged.
    public var averagesViews = false
    /// A pickle for all predictions of a new-style config's test.
    public var dump: String?
    /// The config's file as the command names it.
    public var configPath: String?
    /// Where a new-style test logs, over the config's `work_dir`.
    public var workDirectory: String?
    /// What to say once about flags.
    public var notes: [String] = []

    /// The test of a checkpoint.
    public init(checkpoint: String) { self.checkpoint = checkpoint }
}
