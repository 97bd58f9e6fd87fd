public import ConfigCore
import Foundation
import ImageData
import WorkflowRunner

/// The search for broken images in the data of a config: what `tools/verify-dataset` does.
///
/// Source: `verify_dataset.py` of MMClassification 0.x.
public enum DatasetVerification {
    /// Reads every image of a phase's data.
    ///
    /// - Parameters:
    ///   - config: The config.
    ///   - phase: `train`, `val` or `test`.
    ///   - workers: How many threads read.
    ///   - registries: The components that the config may name.
    ///   - progress: Called with the number of images read and of all.
    /// - Returns: The broken files, and what is wrong with each.
    /// - Throws: `ConfigError`, `DataError` for a data set that cannot be listed.
    public static func brokenFiles(
        of config: LoadedConfig, phase: String, workers: Int, registries: Registries,
        progress: ((Int, Int) -> Void)? = nil
    ) throws -> [(file: String, message: String)] {
        let experiment = try Experiment(config.root, registries)
        let data = try RunComponents.loader(phase, experiment)
        let dataset = try buildDataset(
            data.dataset, at: data.path, registries: registries, style: experiment.pipelineStyle)
        guard let loading = dataset.pipeline.transforms.first as? LoadImageFromFile else {
            throw ConfigError(
                at: data.dataset["pipeline"]?[0] ?? data.dataset, path: "\(data.path).pipeline[0]",
                problem: "does not read files",
                remedy:
                    "only data sets of image files can be verified; begin with LoadImageFromFile")
        }
        return try DatasetCheck(dataset, pipeline: Pipeline([loading]), workers: workers)
            .run(progress: progress).map { ($0.file, $0.description) }
    }

    /// Writes the names of broken files, a line each; where there are none an older list is removed.
    ///
    /// - Throws: `UsageError` where the file cannot be written.
    public static func write(_ files: [String], to path: String) throws {
        do {
            if files.isEmpty {
                if FileManager.default.fileExists(atPath: path) {
                    try FileManager.default.removeItem(atPath: path)
                }
            } else {
                let text = files.map { $0 + "\n" }.joined()
                try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            }
        } catch {
            throw UsageError("\(path): cannot write: \(SystemError.reason(error))")
        }
    }
}
