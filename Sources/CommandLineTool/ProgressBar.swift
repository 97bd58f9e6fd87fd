import Foundation

/// The progress of an evaluation on one line of a terminal.
struct ProgressBar {
    private static let width = 30

    /// Nil where standard error is no terminal.
    init?() {
        guard isatty(STDERR_FILENO) == 1 else { return nil }
    }

    /// Redraws the line; the end is followed by a line break.
    func show(_ done: Int, of total: Int) {
        let filled = total > 0 ? Self.width * done / total : Self.width
        let bar =
            String(repeating: ">", count: filled)
            + String(repeating: " ", count: Self.width - filled)
        let end = done == total ? "\n" : ""
        // A terminal that was closed is no reason to end the run.
        try? FileHandle.standardError.write(
            contentsOf: Data("\r[\(bar)] \(done)/\(total)\(end)".utf8))
    }
}
