import Foundation
import WorkflowRunner

/// Files that are written together, whole or not at all.
public enum WholeFiles {
    /// Writes texts to new files.
    ///
    /// - Parameters:
    ///   - files: Paths and contents.
    ///   - replacing: Whether files that are there may be replaced.
    /// - Throws: `UsageError` where a file exists or cannot be written; nothing has changed then.
    public static func write(_ files: [(path: String, text: String)], replacing: Bool) throws {
        let manager = FileManager.default
        for (path, _) in files {
            guard let attributes = try? manager.attributesOfItem(atPath: path) else { continue }
            if attributes[.type] as? FileAttributeType == .typeDirectory {
                throw UsageError("\(path): this is a folder, not a file")
            }
            if !replacing {
                throw UsageError("\(path): the file exists; pass --force to replace it")
            }
        }
        var staged: [(temporary: String, path: String)] = []
        defer { for (temporary, _) in staged { try? manager.removeItem(atPath: temporary) } }
        for (path, text) in files {
            let temporary = "\(path).\(UUID().uuidString).tmp"
            staged.append((temporary, path))
            do {
                try Data(text.utf8).write(to: URL(fileURLWithPath: temporary))
            } catch {
                throw UsageError("\(path): cannot write: \(SystemError.reason(error))")
            }
        }
        for (temporary, path) in staged {
            guard unsafe rename(temporary, path) == 0 else {
                throw UsageError("\(path): cannot write: \(SystemError.text(errno))")
            }
        }
    }
}
