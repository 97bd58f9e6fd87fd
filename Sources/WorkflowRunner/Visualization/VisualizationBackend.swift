public import ConfigCore

/// Where a run's numbers and configs are written.
///
/// Source: MMEngine's `BaseVisBackend`.
public protocol VisualizationBackend: AnyObject {
    /// Writes the config of the run.
    func addConfig(_ config: ConfigNode) throws
    /// Writes one number.
    func addScalar(_ name: String, _ value: LogProcessor.Value, step: Int) throws
    /// Writes a row of numbers; `file` names a further file that is to have it.
    func addScalars(_ row: LogProcessor.Row, step: Int, file: String?) throws
    /// Nothing more will come.
    func close()
}

extension VisualizationBackend {
    /// Writes nothing.
    public func addConfig(_ config: ConfigNode) throws {}
    /// Has nothing to close.
    public func close() {}
}
