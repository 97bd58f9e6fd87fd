/// What a training command says beside its config.
public struct TrainingOptions: Sendable {
    /// The config's file, which names the work directory by default.
    public var configPath: String
    /// Where results go, over the config's `work_dir`.
    public var workDirectory: String?
    /// A checkpoint to continue, over the config's `resume_from`.
    public var resumeFrom: String?
    /// Whether to continue the newest intact checkpoint of the work directory, if there is one.
    public var resumesNewest: Bool
    /// A checkpoint whose weights to begin with, over the config's `load_from`.
    public var loadFrom: String?
    /// Whether metrics are evaluated during training.
    public var evaluates: Bool
    /// Where all randomness starts, over the config's `seed`.
    public var seed: UInt64?
    /// What the log shall say of the command itself.
    public var notes: [String]

    /// The options of a run; only the config is needed.
    public init(
        configPath: String, workDirectory: String? = nil, resumeFrom: String? = nil,
        resumesNewest: Bool = false, loadFrom: String? = nil, evaluates: Bool = true,
        seed: UInt64? = nil, notes: [String] = []
    ) {
        self.configPath = configPath
        self.workDirectory = workDirectory
        self.resumeFrom = resumeFrom
        self.resumesNewest = resumesNewest
        self.loadFrom = loadFrom
        self.evaluates = evaluates
        self.seed = seed
        self.notes = notes
    }
}
