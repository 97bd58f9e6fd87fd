import ConfigCore
import Foundation

/// A folder of config files for one test; it goes when the test is done.
final class ConfigFolder {
    let path: String

    init(_ files: [String: String]) throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "config-core-tests-\(UUID().uuidString)")
        path = folder.path
        for (name, text) in files {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func load(_ name: String) throws -> LoadedConfig { try Config.load(path: "\(path)/\(name)") }

    /// The text of the error that reading a file ends in, with the folder left out.
    func failure(of name: String) -> String {
        message { _ = try load(name) }
    }

    func message(_ body: () throws -> Void) -> String {
        ConfigCoreTests.message(body).replacingOccurrences(of: path + "/", with: "")
    }
}

/// The text of the error that `body` ends in.
func message(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch {
        return "\(error)"
    }
}

/// The JSON pointers of all tuples in a config.
func tuples(in node: ConfigNode, at pointer: String = "") -> [String] {
    let isTuple = if case .tuple = node.value { true } else { false }
    var found = isTuple ? [pointer] : []
    for (position, element) in (node.list ?? []).enumerated() {
        found += tuples(in: element, at: "\(pointer)/\(position)")
    }
    for (key, inner) in node.mapping ?? ConfigMapping() {
        found += tuples(in: inner, at: "\(pointer)/\(key)")
    }
    return found
}
