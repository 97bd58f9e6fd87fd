internal import Foundation

/// A folder of its own that is gone afterwards.
enum ScratchFolder {
    /// Runs something with a new folder.
    static func use<R>(_ body: (String) throws -> R) throws -> R {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "mmrunner-conformance-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder.path(percentEncoded: false))
    }
}
