import Foundation
package import TorchFile

/// A checkpoint's file to give away, under a name that tells the digest of its contents.
///
/// Source: `publish_model.py` of MMClassification, `CheckpointHook._publish_model` of MMEngine.
package struct PublishedCheckpoint {
    /// The file: `<name>-<first eight digits of its SHA-256>.pth`.
    package let path: String

    /// Writes what `select` leaves of a checkpoint; `name` is what stands before the digest.
    package init(
        _ checkpoint: String, name: String, keeping select: (TorchDictionary) -> TorchDictionary
    ) throws {
        guard let root = try TorchFile.read(path: checkpoint).dictionary else {
            throw CheckpointError(
                file: checkpoint, problem: "no state_dict found in the file",
                remedy: "give a checkpoint of a training run, or a saved state_dict")
        }
        let temporary = "\(name).\(ProcessInfo.processInfo.processIdentifier).pth"
        try TorchFile.write(.dictionary(select(root)), to: temporary)
        do {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: temporary))
            path = "\(name)-\(SHA256.hexadecimal(bytes).prefix(8)).pth"
            // The same content has the same name, so nothing else can be written over.
            if FileManager.default.fileExists(atPath: path) {
                try FileManager.default.removeItem(atPath: temporary)
            } else {
                try FileManager.default.moveItem(atPath: temporary, toPath: path)
            }
        } catch {
            try? FileManager.default.removeItem(atPath: temporary)
            throw CheckpointError(
                file: name, problem: "cannot write: \(SystemError.reason(error))", cause: error)
        }
    }

    /// The name of a checkpoint without `.pth`.
    package static func stem(of path: String) -> String {
        path.hasSuffix(".pth") ? String(path.dropLast(4)) : path
    }
}
