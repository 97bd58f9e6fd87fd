import Foundation
import TorchFile
import WorkflowRunner

/// Makes of a training checkpoint a file to give away, named after its content.
///
/// Source: `tools/convert_models/publish_model.py` of MMClassification 0.x. Other than there, the file is in
/// PyTorch's present format, and what exact resuming needs goes as well.
public enum ModelPublication {
    /// Writes the checkpoint without what only training needs.
    ///
    /// - Parameters:
    ///   - input: The checkpoint.
    ///   - output: The file's name without date and digest, with or without `.pth`.
    /// - Returns: The file: `<output>_<today as yyyymmdd>-<first eight digits of its SHA-256>.pth`.
    /// - Throws: `CheckpointError`, `UsageError`.
    public static func publish(_ input: String, to output: String) throws -> String {
        let folder = URL(fileURLWithPath: output).deletingLastPathComponent().path
        guard FileManager.default.fileExists(atPath: folder + "/.") else {
            throw UsageError("\(output): there is no folder \(folder); make it first")
        }
        let today = RunnerDefaults.currentTimestamp().prefix(8)
        let published = try PublishedCheckpoint(
            input, name: "\(PublishedCheckpoint.stem(of: output))_\(today)"
        ) { root in
            var kept = root
            for key in ["optimizer", "mmrunner"] { kept[key] = nil }
            return kept
        }
        return published.path
    }
}
