internal import FoundationEssentials

/// Names of files, taken apart and put together as Python's `os.path` does.
enum FileName {
    /// The part before the last slash; empty if there is none.
    static func directory(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The part after the last slash.
    static func last(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// The last dot of the name and what follows; empty for a name without one, or with none but a
    /// leading one.
    static func suffix(_ path: String) -> String {
        let name = last(path).drop { $0 == "." }
        return name.lastIndex(of: ".").map { String(name[$0...]) } ?? ""
    }

    /// `path` as seen from `directory`, with `.` and `..` resolved by their text.
    static func join(_ directory: String, _ path: String) -> String {
        normalized(path.hasPrefix("/") || directory.isEmpty ? path : directory + "/" + path)
    }

    /// The path from the root of the file system.
    static func absolute(_ path: String) -> String {
        join(FileManager.default.currentDirectoryPath, path)
    }

    private static func normalized(_ path: String) -> String {
        let isAbsolute = path.hasPrefix("/")
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part != ".." || !isAbsolute {
                parts.append(part)
            }
        }
        let joined = parts.joined(separator: "/")
        return isAbsolute ? "/" + joined : joined.isEmpty ? "." : joined
    }
}
