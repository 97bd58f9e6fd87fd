import Foundation

/// Places of this repository.
enum Repository {
    /// The folder of `Package.swift`.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// A file below it.
    static func path(_ relative: String) -> String { "\(root)/\(relative)" }
}
