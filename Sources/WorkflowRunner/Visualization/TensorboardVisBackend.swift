public import Drawing
import TensorBoardFile

/// Writes rows as curves, and images, that TensorBoard shows.
///
/// Source: MMEngine's `TensorboardVisBackend`.
public final class TensorboardVisBackend: VisualizationBackend {
    private let folder: String
    private var file: EventFileWriter?

    /// Writes to a folder, which is made when something is written.
    public init(folder: String) { self.folder = folder }

    /// Adds one number to its curve.
    public func addScalar(_ name: String, _ value: LogProcessor.Value, step: Int) throws {
        try addScalars([(name, value)], step: step, file: nil)
    }

    /// Adds a row of numbers to their curves.
    public func addScalars(_ row: LogProcessor.Row, step: Int, file: String?) throws {
        let writer = try writer()
        writer.add(
            row.map { name, value in
                switch value {
                case .integer(let value): (name, Double(value))
                case .number(let value): (name, value)
                }
            }, step: step)
    }

    /// Adds an image.
    public func addImage(_ name: String, _ image: Raster, step: Int) throws {
        try writer().add(
            name, png: image.picture.png(), width: image.width, height: image.height, step: step)
    }

    /// The file, which is made when something is written.
    private func writer() throws -> EventFileWriter {
        if let file { return file }
        do {
            let file = try EventFileWriter(directory: folder, hostName: HostName.current)
            self.file = file
            return file
        } catch let error as EventFileError {
            throw RunnerError(
                folder, "cannot write an event file: \(SystemError.reason(error.cause))",
                remedy: "choose another save_dir")
        }
    }

    /// Closes the file.
    public func close() {
        file?.close()
        file = nil
    }
}
