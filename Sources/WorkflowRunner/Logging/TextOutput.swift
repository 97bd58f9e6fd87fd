import Foundation
import Synchronization

/// Where lines of text go.
public protocol TextOutput: Sendable {
    /// Writes text as it is.
    func write(_ text: String)
}

/// A file that lines are added to.
public final class FileTextOutput: TextOutput {
    private let handle: Mutex<FileHandle>

    /// Opens a file to add to, making it where there is none.
    ///
    /// Errors: throws, naming the file, where it cannot be written.
    public init(path: String) throws {
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        guard let handle = FileHandle(forWritingAtPath: path) else {
            throw RunnerError(
                path, "cannot write the log file", remedy: "choose another folder with --work-dir")
        }
        try handle.seekToEnd()
        self.handle = Mutex(handle)
    }

    /// Adds text at the end; a full disk loses log lines, not the run.
    public func write(_ text: String) {
        handle.withLock { try? $0.write(contentsOf: Data(text.utf8)) }
    }
}

/// The program's standard error.
public struct StandardErrorOutput: TextOutput {
    /// The one there is.
    public init() {}

    /// Writes text.
    public func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}

/// Keeps text in memory, for tests and for showing it elsewhere.
public final class MemoryTextOutput: TextOutput {
    private let text = Mutex("")

    /// Empty.
    public init() {}

    /// Adds text.
    public func write(_ text: String) { self.text.withLock { $0 += text } }

    /// Everything written so far.
    public var contents: String { text.withLock { $0 } }
}
