import ConfigCore
import Foundation
import Testing

/// Merging and overriding as MMCV did it, recorded in `Fixtures/config_cases.json` and
/// `Fixtures/option_cases.json`.
@Suite("recorded configs resolve as in MMCV") struct RecordedCaseTests {
    private static func cases(_ name: String) throws -> [ConfigNode] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/\(name)").path
        return try #require(try Config.load(path: file).root["cases"]?.list)
    }

    @Test("all cases", arguments: [("config_cases.json", 100), ("option_cases.json", 200)])
    func resolve(file: String, atLeast count: Int) throws {
        let cases = try Self.cases(file)
        #expect(cases.count >= count)
        var differences: [String] = []
        for recorded in cases {
            let actual = try outcome(of: recorded)
            let expected = Self.expectedOutcome(of: recorded)
            if actual != expected {
                differences.append(
                    "\(recorded["name"]?.string ?? ""): \(actual) is not \(expected)")
            }
        }
        #expect(differences == [])
    }

    private static func expectedOutcome(of recorded: ConfigNode) -> String {
        guard let root = recorded["expected"] else { return "error" }
        let tuples = recorded["tuples"]?.list?.compactMap(\.string) ?? []
        return ConfigWriter.json(root) + "\(tuples.sorted())"
    }

    private func outcome(of recorded: ConfigNode) throws -> String {
        let files = (recorded["files"]?.mapping ?? ConfigMapping()).map {
            ($0.key, $0.node.string ?? "")
        }
        let folder = try ConfigFolder(Dictionary(uniqueKeysWithValues: files))
        let options = recorded["options"]?.list?.compactMap(\.string) ?? []
        do {
            var root = try folder.load(recorded["main"]?.string ?? "").root
            for pointer in recorded["file_tuples"]?.list?.compactMap(\.string) ?? [] {
                root = Self.makingTuple(
                    at: pointer.split(separator: "/").map(String.init), in: root)
            }
            root = try ConfigOverrides.apply(try ConfigOverrides.parse(options), to: root)
            return ConfigWriter.json(root) + "\(tuples(in: root).sorted())"
        } catch is ConfigError {
            return "error"
        }
    }

    /// JSON has no tuples, so they are put back where the Python file had them.
    private static func makingTuple(at path: [String], in node: ConfigNode) -> ConfigNode {
        guard let key = path.first else { return ConfigNode(.tuple(node.list ?? [])) }
        var entries = node.mapping ?? ConfigMapping()
        entries[key] = entries[key].map { makingTuple(at: Array(path.dropFirst()), in: $0) }
        return ConfigNode(.mapping(entries))
    }
}
