import Foundation
import TorchFile

/// A checkpoint's file to give away: some entries of it, under a name that tells the digest of its contents.
struct PublishedCheckpoint {
    /// The file: `<name>-<first eight digits of its SHA-256>.pth`.
    let path: String

    /// Writes the file beside the checkpoint.
    ///
    /// Source: `CheckpointHook._publish_model` of MMEngine.
    init(_ checkpoint: String, keeping keys: [String]) throws {
        guard let root = try TorchFile.read(path: checkpoint).dictionary else {
            throw CheckpointError(file: checkpoint, problem: "no state_dict found in the file")
        }
        let kept = TorchDictionary(keys.compactMap { key in root[key].map { (key, $0) } })
        let stem = checkpoint.hasSuffix(".pth") ? String(checkpoint.dropLast(4)) : checkpoint
        let temporary = "\(stem)-publishing.pth"
        try TorchFile.write(.dictionary(kept), to: temporary)
        do {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: temporary))
            path = "\(stem)-\(SHA256.hexadecimal(bytes).prefix(8)).pth"
            try? FileManager.default.removeItem(atPath: path)
            try FileManager.default.moveItem(atPath: temporary, toPath: path)
        } catch {
            try? FileManager.default.removeItem(atPath: temporary)
            throw CheckpointError(
                file: checkpoint, problem: "cannot publish: \(SystemError.reason(error))",
                cause: error)
        }
    }
}
