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
        guard var root = try TorchFile.read(path: input).dictionary else {
            throw CheckpointError(
                file: input, problem: "no state_dict found in the file",
                remedy: "give a checkpoint of a training run, or a saved state_dict")
        }
        for key in ["optimizer", "mmrunner"] { root[key] = nil }
        let stem = output.hasSuffix(".pth") ? String(output.dropLast(4)) : output
        let temporary = "\(stem).\(ProcessInfo.processInfo.processIdentifier).pth"
        try TorchFile.write(.dictionary(root), to: temporary)
        do {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: temporary))
            let digest = SHA256.hexadecimal(bytes)
            let today = RunnerDefaults.currentTimestamp().prefix(8)
            let name = "\(stem)_\(today)-\(digest.prefix(8)).pth"
            // The same content has the same name, so nothing else can be written over.
            if FileManager.default.fileExists(atPath: name) {
                try FileManager.default.removeItem(atPath: temporary)
            } else {
                try FileManager.default.moveItem(atPath: temporary, toPath: name)
            }
            return name
        } catch {
            try? FileManager.default.removeItem(atPath: temporary)
            throw CheckpointError(
                file: output, problem: "cannot write: \(SystemError.reason(error))", cause: error)
        }
    }
}
