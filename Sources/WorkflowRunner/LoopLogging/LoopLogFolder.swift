/// Where a run with MMEngine's loops writes its logs: a folder of its own in the work directory.
///
/// Source: MMEngine's `Runner`.
public struct LoopLogFolder: Sendable, Equatable {
    /// The folder: `work_dir/<timestamp>`.
    public let path: String
    private let timestamp: String

    /// The folder of a run that began at `timestamp`.
    public init(workDirectory: String, timestamp: String) {
        path = "\(workDirectory)/\(timestamp)"
        self.timestamp = timestamp
    }

    /// The log's text.
    public var textFile: String { "\(path)/\(timestamp).log" }
    /// Where backends of the visualizer write.
    public var visualizations: String { "\(path)/vis_data" }
    /// The rows of training and validation.
    public var rows: String { "\(visualizations)/\(timestamp).json" }
    /// The metrics of a test.
    public var testMetrics: String { "\(path)/\(timestamp).json" }
}
