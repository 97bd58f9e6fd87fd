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

    /// The names of the repository's top level.
    static func topLevel() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.path).sorted()
    }

    /// The names that `.gitignore` leaves out.
    static func ignored() throws -> Set<String> {
        let file = root.appendingPathComponent(".gitignore")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        return Set(lines.map { String($0.hasSuffix("/") ? $0.dropLast() : $0) })
    }
}
