import ConfigCore
import Foundation
import Testing

/// Texts with the values that Python 3.11 and PyYAML 6 gave them, in `Fixtures/language_cases.json`.
@Suite("Python and YAML mean what they mean to Python") struct LanguageTests {
    static let recorded: ConfigNode = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/language_cases.json")
        let text = try? String(contentsOf: file, encoding: .utf8)
        let root = try? Config.parse(
            text: text ?? "", name: "language_cases.json", expandsPlaceholders: false)
        return root ?? [:]
    }()

    @Test("values", arguments: [("python", ".py", 60), ("yaml", ".yaml", 15)])
    func values(kind: String, ending: String, atLeast count: Int) throws {
        let cases = try #require(Self.recorded[kind]?.list)
        #expect(cases.count >= count)
        var differences: [String] = []
        for recorded in cases {
            let text = try #require(recorded["text"]?.string)
            let expected = Self.line(
                recorded["expected"] ?? [:], recorded["tuples"]?.list?.compactMap(\.string) ?? [])
            let actual = Self.outcome(of: text, ending: ending)
            if actual != expected { differences.append("\(text)\n    \(actual)\n    \(expected)") }
        }
        #expect(differences == [])
    }

    private static func outcome(of text: String, ending: String) -> String {
        do {
            let root = try Config.parse(text: text, name: "c", ending: ending)
            return line(root, tuples(in: root).sorted())
        } catch {
            return "\(error)"
        }
    }

    private static func line(_ root: ConfigNode, _ tuples: [String]) -> String {
        // What is not finite is recorded as a string.
        let json = ConfigWriter.json(root, indent: nil)
            .replacing("-Infinity", with: "\"-inf\"").replacing("Infinity", with: "\"inf\"")
        return json + " \(tuples)"
    }
}
