public import ConfigCore
public import Drawing
public import NeuralNet
public import TrainingInterfaces

/// Where a run's numbers, images and configs are written.
///
/// Source: MMEngine's `BaseVisBackend`.
public protocol VisualizationBackend: AnyObject {
    /// Writes the config of the run.
    func addConfig(_ config: ConfigNode) throws
    /// Writes one number.
    func addScalar(_ name: String, _ value: LogProcessor.Value, step: Int) throws
    /// Writes a row of numbers; `file` names a further file that is to have it.
    func addScalars(_ row: LogProcessor.Row, step: Int, file: String?) throws
    /// Writes an image.
    func addImage(_ name: String, _ image: Raster, step: Int) throws
    /// Writes how a model is made up.
    func addGraph(_ model: any Module, _ batch: Batch?) throws
    /// Nothing more will come.
    func close()
}

extension VisualizationBackend {
    /// Writes nothing.
    public func addConfig(_ config: ConfigNode) throws {}
    /// Writes nothing.
    public func addImage(_ name: String, _ image: Raster, step: Int) throws {}
    /// Writes nothing.
    public func addGraph(_ model: any Module, _ batch: Batch?) throws {}
    /// Has nothing to close.
    public func close() {}
}
