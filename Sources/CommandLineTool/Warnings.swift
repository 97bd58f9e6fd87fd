import Foundation

/// What the user should hear about beside a command's output.
enum Warnings {
    /// Writes a line each to standard error.
    static func print(_ messages: [String]) {
        for message in messages {
            try? FileHandle.standardError.write(contentsOf: Data("warning: \(message)\n".utf8))
        }
    }
}
