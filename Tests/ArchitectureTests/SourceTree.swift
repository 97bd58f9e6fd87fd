import Foundation

/// The repository's files as text.
enum SourceTree {
    /// The folder that holds `Package.swift`.
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct File {
        /// The path below `Sources`, such as `TensorCore/Tensor.swift`.
        let path: String
        let lines: [String]

        /// The folder directly below `Sources`.
        var target: String { String(path.prefix { $0 != "/" }) }
        var name: String { String(path.split(separator: "/").last ?? "") }
        var folder: String { String(path.dropLast(name.count + 1)) }

        /// Lines with their numbers; comments and the text of multi-line strings are left out.
        var code: [(number: Int, text: String)] {
            var isInString = false
            return lines.enumerated().compactMap { place, line in
                let wasInString = isInString
                if line.components(separatedBy: "\"\"\"").count % 2 == 0 { isInString.toggle() }
                let isComment = line.drop { $0 == " " }.hasPrefix("//")
                return wasInString || isComment ? nil : (place + 1, line)
            }
        }
    }

    /// Every Swift file below `Sources`.
    static func sources() throws -> [File] {
        let folder = root.appendingPathComponent("Sources")
        let paths =
            FileManager.default.enumerator(atPath: folder.path)?
            .compactMap { $0 as? String } ?? []
        return try paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
            let file = folder.appendingPathComponent(path)
            let text = try String(contentsOf: file, encoding: .utf8)
            var lines = text.components(separatedBy: "\n")
            if lines.last?.isEmpty == true { lines.removeLast() }
            return File(path: path, lines: lines)
        }
    }

    /// The names that git tracks at the repository's top level; nil where this is no checkout.
    ///
    /// What else lies there is the user's own business.
    static func topLevel() throws -> [String]? {
        let git = Process()
        git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        git.arguments = ["git", "-C", root.path, "ls-tree", "--name-only", "HEAD"]
        let output = Pipe()
        git.standardOutput = output
        git.standardError = FileHandle.nullDevice
        try git.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        git.waitUntilExit()
        guard git.terminationStatus == 0 else { return nil }
        return text.split(separator: "\n").map(String.init)
    }
}
