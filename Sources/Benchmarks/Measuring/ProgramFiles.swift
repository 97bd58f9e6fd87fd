import Experiments
import Foundation

/// Files that come with the program.
enum ProgramFiles {
    /// A file or folder of the repository: below the current folder, or one that the program lies in.
    ///
    /// - Parameters:
    ///   - path: The path in the repository.
    ///   - option: The option that names another.
    /// - Returns: The path to open.
    /// - Throws: `UsageError` where there is none.
    static func find(_ path: String, option: String) throws -> String {
        var folder = program.deletingLastPathComponent()
        var candidates = [path]
        while folder.path != "/" {
            candidates.append(folder.appendingPathComponent(path).path)
            folder.deleteLastPathComponent()
        }
        guard let found = candidates.first(where: FileManager.default.fileExists) else {
            throw UsageError(
                "\(path): neither below the current folder nor above the program; give another "
                    + "with \(option)")
        }
        return found
    }

    /// The program beside this one.
    static func sibling(_ name: String) -> String {
        program.deletingLastPathComponent().appendingPathComponent(name).path
    }

    private static var program: URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    }
}

/// A new folder that is removed afterwards.
func withScratchFolder<Result>(in parent: String? = nil, _ body: (String) throws -> Result) throws
    -> Result
{
    let folder = URL(fileURLWithPath: parent ?? NSTemporaryDirectory())
        .appendingPathComponent("benchmark-\(UUID().uuidString)").path
    do {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false)
    } catch {
        throw UsageError("\(folder): cannot make the folder: \(error.localizedDescription)")
    }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
}
