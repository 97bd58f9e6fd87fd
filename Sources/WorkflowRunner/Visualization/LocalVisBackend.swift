public import ConfigCore
public import Drawing
import Foundation

/// Writes rows as lines of JSON, the config as Python and images as PNG files to a folder.
///
/// Source: MMEngine's `LocalVisBackend`.
public final class LocalVisBackend: VisualizationBackend {
    private let folder: String
    private let configFile: String
    private let scalarFile: String
    private let imageFolder: String
    private var files: [String: FileTextOutput] = [:]

    /// Writes to a folder, which is made when something is written.
    public init(
        folder: String, configFile: String = "config.py", scalarFile: String = "scalars.json",
        imageFolder: String = "vis_image"
    ) {
        self.imageFolder = imageFolder
        self.folder = folder
        self.configFile = configFile
        self.scalarFile = scalarFile
    }

    convenience init(from reader: inout ConfigReader, folder: String) throws {
        let config = try reader.value("config_save_file", default: "config.py")
        let scalars = try reader.value("scalar_save_file", default: "scalars.json")
        guard config.hasSuffix(".py") else {
            throw reader.failure("config_save_file", "", expected: "a name ending in .py")
        }
        guard scalars.hasSuffix(".json") else {
            throw reader.failure("scalar_save_file", "", expected: "a name ending in .json")
        }
        self.init(
            folder: folder, configFile: config, scalarFile: scalars,
            imageFolder: try reader.value("img_save_dir", default: "vis_image"))
    }

    /// Writes the config as Python.
    public func addConfig(_ config: ConfigNode) throws {
        _ = try WorkDirectory.create(folder)
        let path = "\(folder)/\(configFile)"
        do {
            try ConfigWriter.python(config).write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw RunnerError(
                path, "cannot write the config: \(SystemError.reason(error))",
                remedy: "choose another folder with --work-dir")
        }
    }

    /// Writes a line with one number.
    public func addScalar(_ name: String, _ value: LogProcessor.Value, step: Int) throws {
        try write([(name, value), ("step", .integer(step))], to: scalarFile)
    }

    /// Writes a line with a row of numbers, to a further file as well where one is named.
    public func addScalars(_ row: LogProcessor.Row, step: Int, file: String?) throws {
        let line = row + [("step", .integer(step))]
        if let file { try write(line, to: file) }
        try write(line, to: scalarFile)
    }

    /// Writes a file `<name>_<step>.png`.
    public func addImage(_ name: String, _ image: Raster, step: Int) throws {
        try image.picture.write(to: "\(folder)/\(imageFolder)/\(name)_\(step).png")
    }

    private func write(_ row: LogProcessor.Row, to name: String) throws {
        if files[name] == nil {
            _ = try WorkDirectory.create(folder)
            files[name] = try FileTextOutput(path: "\(folder)/\(name)")
        }
        files[name]?.write(JSONLine.text(of: row) + "\n")
    }
}

extension JSONLine {
    /// A row as Python's `json` module writes it, floats with all their digits.
    static func text(of row: LogProcessor.Row) -> String {
        var line = JSONLine()
        for (name, value) in row {
            switch value {
            case .integer(let value): line.add(name, value)
            case .number(let value): line.addRaw(name, jsonNumber(value))
            }
        }
        return line.text
    }

    private static func jsonNumber(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        return PythonText.number(value)
    }
}
