internal import ConfigCore
internal import Foundation

/// One recorded case: what went into the original packages, and what came out of them.
struct OracleCase: Sendable {
    /// What the program does on purpose instead of what the originals did.
    enum Deviation: String {
        /// The input is taken and means what it says.
        case accepts
        /// The input is refused before anything runs.
        case refuses
        /// The outcome depended on Python; the case must run, and passes.
        case either
    }

    let name: String
    let input: ConfigNode
    let expected: ConfigNode
    let deviation: Deviation?

    /// Whether an error is the right outcome.
    var expectsError: Bool {
        switch deviation {
        case .accepts: false
        case .refuses: true
        case .either, nil: expected["error"] != nil
        }
    }
}

/// A file of recorded cases.
struct OracleFile: Sendable {
    /// The file as the user named it.
    let path: String
    let cases: [OracleCase]
    /// What the file says beside its cases.
    let head: ConfigNode

    /// The folder that file names in cases are relative to.
    var folder: String {
        URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
    }

    /// The file's name without its ending, which usually names the family.
    var stem: String { URL(filePath: path).deletingPathExtension().lastPathComponent }

    /// Reads a file.
    ///
    /// - Parameter path: The file; relative to the working directory.
    /// - Throws: `UsageError` in one line where the file is missing or of another format.
    init(path: String) throws {
        self.path = path
        guard let data = FileManager.default.contents(atPath: path) else {
            throw UsageError("\(path): the file cannot be read")
        }
        let root: ConfigNode
        do {
            root = try Config.parse(
                text: String(decoding: data, as: UTF8.self), name: path, expandsPlaceholders: false)
        } catch let error as ConfigError {
            throw UsageError(error.issues.first?.message ?? "\(path): not valid JSON")
        }
        guard let nodes = root["cases"]?.list else {
            throw UsageError("\(path): cases: expected a list of recorded cases")
        }
        head = root.removing("cases")
        var names: Set<String> = []
        cases = try nodes.enumerated().map { place, node in
            let item = try Self.read(node, at: "\(path): cases[\(place)]")
            guard names.insert(item.name).inserted else {
                throw UsageError("\(path): cases[\(place)]: the name \(item.name) is used twice")
            }
            return item
        }
    }

    private static func read(_ node: ConfigNode, at place: String) throws -> OracleCase {
        guard let name = node["name"]?.string else {
            throw UsageError("\(place): name: required key is missing")
        }
        guard let input = node["input"], input.mapping != nil else {
            throw UsageError("\(place): input: expected a mapping")
        }
        var deviation: OracleCase.Deviation?
        if let written = node["ours"] {
            deviation = written.string.flatMap(OracleCase.Deviation.init)
            guard deviation != nil else {
                throw UsageError(
                    "\(place): ours: expected accepts, refuses or either, "
                        + "got \(written.value.summary)")
            }
        }
        guard let expected = node["expected"], expected.mapping != nil else {
            throw UsageError("\(place): expected: expected a mapping")
        }
        return OracleCase(name: name, input: input, expected: expected, deviation: deviation)
    }
}

/// A command line or a file that cannot be used; nothing was run.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
