import ConfigCore
import Foundation
import Testing

/// Numbers that are the same in every run.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A notation with valid texts of it, and pieces that its parser knows.
struct FuzzSubject: Sendable, CustomTestStringConvertible {
    let ending: String
    let texts: [String]
    let pieces: [String]
    var testDescription: String { ending }

    /// The configs of the repository, as a user would have them in another notation.
    private static func realConfigs(_ notation: ConfigNotation) -> [String] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "configs").path
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }
        return (names ?? []).sorted().compactMap { name in
            guard name.hasSuffix(".json"),
                let text = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            else { return nil }
            // The bases count as any other value: there is no folder to find them in.
            let plain = text.replacing("_base_", with: "bases")
            if notation == .json { return plain }
            let root = try? Config.parse(text: plain, name: name, expandsPlaceholders: false)
            return root.flatMap { try? ConfigWriter.text($0, as: notation) }
        }
    }

    static let all: [FuzzSubject] = [
        FuzzSubject(
            ending: ".py",
            texts: realConfigs(.python)
                + (LanguageTests.recorded["python"]?.list?.compactMap { $0["text"]?.string } ?? []),
            pieces: [
                "(", ")", "[", "]", "{", "}", "{{", "}}", ",", ":", ";", "=", "==", "**", "//", "'",
                "\"", "'''", "f'{", "\\", "\n", "\n    ", "\t", "#", " if ", " else ", " for x in ",
                " in ", " not ", "lambda", "dict(", "range(", "copy", ".", "..", "1e", "0x", "_",
                "9223372036854775807", "-", "%", "%s", "{:>9}", "{{ _base_.a }}",
                "{{ fileBasename }}",
                "{{$A:}}", "é", "\u{0}", "\r", "*", "@", "import copy\n", "None", "!r", ".format(",
            ]),
        FuzzSubject(
            ending: ".yaml",
            texts: realConfigs(.yaml)
                + (LanguageTests.recorded["yaml"]?.list?.compactMap { $0["text"]?.string } ?? []),
            pieces: [
                "-", "- ", ":", ": ", "?", "? ", "[", "]", "{", "}", ",", "&a ", "*a", "<<: ", "!!",
                "!!python/tuple ", "!", "|", ">", "|2-", "'", "\"", "\\", "#", " #", "---", "...",
                "%YAML 1.1\n", "\n", "\n  ", "\t", "{{ _base_.a }}", "{{ fileBasename }}", "~",
                "0x", "1:2:3", ".inf", "2001-01-01", "é", "\u{85}", "\u{2028}", "\r", "@", "`",
            ]),
        FuzzSubject(
            ending: ".json",
            texts: realConfigs(.json) + [
                #"{"a": [1, -2.5e3, "x\u00e9\n", null, true, {}], "b": {"c": {"d": []}}}"#,
                #"{"_delete_": false, "x": "{{ fileBasename }}", "n": NaN, "i": -Infinity}"#,
            ],
            pieces: [
                "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "'", "null", "true", "1e", "-",
                "0", "/*", "//", "{{ _base_.a }}", "{{$A:1}}", "NaN", "é", "\n", "\u{0}",
            ]),
    ]
}

@Suite("the readers never crash") struct FuzzTests {
    /// Together at least 100,000 texts, unless the time is up.
    private static let textsEach = 35_000
    private static let timeLimit = Duration.seconds(120)

    @Test("random bytes, truncated and changed texts", arguments: FuzzSubject.all)
    func fuzz(_ subject: FuzzSubject) {
        #expect(!subject.texts.isEmpty)
        var generator = SeededGenerator(state: 20_250)
        let end = ContinuousClock.now + Self.timeLimit
        var read = 0
        var count = 0
        while count < Self.textsEach, ContinuousClock.now < end {
            count += 1
            let bytes = Self.text(subject, &generator)
            do {
                _ = try Config.parse(bytes: bytes, name: "c", ending: subject.ending)
                read += 1
            } catch {
                if error.issues.isEmpty || error.description.isEmpty {
                    Issue.record("no message for \(String(decoding: bytes, as: UTF8.self))")
                }
            }
        }
        #expect(count == Self.textsEach)
        // Only texts that get past the first character say something about the rest.
        #expect(read > 100 && read < count)
    }

    private static func text(
        _ subject: FuzzSubject, _ generator: inout SeededGenerator
    ) -> [UInt8] {
        if Int.random(in: 0..<10, using: &generator) == 0 {
            let count = Int.random(in: 0..<64, using: &generator)
            return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        }
        var bytes = Array((subject.texts.randomElement(using: &generator) ?? "").utf8)
        if Int.random(in: 0..<3, using: &generator) == 0 {
            bytes += [UInt8(ascii: "\n")]
            bytes += (subject.texts.randomElement(using: &generator) ?? "").utf8
        }
        for _ in 0..<Int.random(in: 0..<5, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes.removeSubrange(place...)
            case 1: bytes.removeSubrange(place..<min(bytes.count, place + 3))
            case 2: bytes.insert(UInt8.random(in: 32..<127, using: &generator), at: place)
            case 3:
                let piece = subject.pieces.randomElement(using: &generator) ?? ""
                bytes.insert(contentsOf: piece.utf8, at: place)
            default:
                // A part of the text once more, elsewhere.
                let part = Array(bytes[place...].prefix(20))
                bytes.insert(
                    contentsOf: part, at: Int.random(in: 0...bytes.count, using: &generator))
            }
        }
        return bytes
    }
}
