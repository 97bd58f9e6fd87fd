import ConfigCore
import Foundation
import Testing

/// A text that would cost too much, and what is said of it.
struct HostileCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let ending: String
    let text: String
    let problem: String
}

@Suite("configs that would exhaust the machine are refused") struct HostileConfigTests {
    private static func many(_ text: String, _ count: Int) -> String {
        String(repeating: text, count: count)
    }

    private static let deep = "lists, mappings and expressions are nested more than 200 deep"
    private static let values = "the config makes more than 1000000 values"
    private static let bytes = "the config makes a text of more than 1 MiB"

    static let cases: [HostileCase] = [
        .init(
            testDescription: "brackets", ending: ".py", text: "a = " + many("[", 100_000),
            problem: "\"[\" is never closed"),
        .init(
            testDescription: "closed brackets", ending: ".py",
            text: "a = " + many("(", 50_000) + many(")", 50_000), problem: deep),
        .init(
            testDescription: "calls", ending: ".py",
            text: "a = " + many("dict(a=", 5000) + "1" + many(")", 5000), problem: deep),
        .init(
            testDescription: "signs", ending: ".py", text: "a = " + many("-", 100_000) + "1",
            problem: deep),
        .init(
            testDescription: "not", ending: ".py", text: "a = " + many("not ", 100_000) + "1",
            problem: deep),
        .init(
            testDescription: "a sum", ending: ".py", text: "a = 1" + many(" + 1", 100_000),
            problem: deep),
        .init(
            testDescription: "powers", ending: ".py", text: "a = 1" + many(" ** 1", 100_000),
            problem: deep),
        .init(
            testDescription: "or", ending: ".py", text: "a = 0" + many(" or 0", 100_000),
            problem: deep),
        .init(
            testDescription: "indices", ending: ".py", text: "a = x" + many("[0]", 100_000),
            problem: deep),
        .init(
            testDescription: "conditions", ending: ".py",
            text: "a = " + many("1 if 1 else ", 50_000) + "1", problem: deep),
        .init(
            testDescription: "blocks", ending: ".py",
            text: (0..<300).map { many(" ", $0) + "if 1:\n" }.joined(), problem: deep),
        .init(
            testDescription: "formatted strings", ending: ".py",
            text: "a = f'" + many("{1:", 5000) + many("}", 5000) + "'", problem: deep),
        .init(
            testDescription: "a list that grows line by line", ending: ".py",
            text: "a = []\n" + many("a = [a]\n", 100_000), problem: deep),
        .init(
            testDescription: "a list in itself", ending: ".py", text: "a = []\na.append(a)",
            problem: deep),
        .init(
            testDescription: "two lists in each other, compared", ending: ".py",
            text: "a = []\nb = [a]\na.append(b)\nc = a == b", problem: deep),
        .init(
            testDescription: "a list of lists of lists", ending: ".py",
            text: "a = [1] * 10\n" + many("a = [a] * 10\n", 9), problem: values),
        .init(testDescription: "range", ending: ".py", text: "a = range(10**9)", problem: values),
        .init(
            testDescription: "a range of all numbers", ending: ".py",
            text: "a = list(range(-2**62, 2**62))", problem: values),
        .init(
            testDescription: "a long list", ending: ".py", text: "a = [0] * 10**18", problem: values
        ),
        .init(
            testDescription: "a comprehension", ending: ".py",
            text: "a = [x for x in range(1000) for y in range(1000)]", problem: values),
        .init(
            testDescription: "a long list, changed often", ending: ".py",
            text: "a = [0] * 400000\n" + many("a = a[::-1]\n", 100), problem: values),
        .init(
            testDescription: "a long text", ending: ".py", text: "a = 'a' * 10**9", problem: bytes),
        .init(
            testDescription: "a text that doubles", ending: ".py",
            text: "a = 'ab'\n" + many("a += a\n", 64), problem: bytes),
        .init(
            testDescription: "a text joined", ending: ".py",
            text: "a = 'x' * 1000\nb = a.join(['y'] * 10000)", problem: bytes),
        .init(
            testDescription: "a text replaced", ending: ".py",
            text: "a = 'x' * 2000\nb = a.replace('x', a)", problem: bytes),
        .init(
            testDescription: "a wide format", ending: ".py", text: "a = '{:1000000000}'.format(1)",
            problem: "the format is wider than 10000 characters"),
        .init(
            testDescription: "a power", ending: ".py", text: "a = 10**9**9",
            problem: "a whole number beyond 64 bits"),
        .init(
            testDescription: "a power of floats", ending: ".py", text: "a = 10.0**9**9",
            problem: "the power is beyond what a float holds"),
        .init(
            testDescription: "billion laughs", ending: ".yaml",
            text: "a0: &a0 [x, x]\n"
                + (1..<40).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined(),
            problem: "the file holds more than 1000000 values; aliases count each time"),
        .init(
            testDescription: "billion laughs as a key", ending: ".yaml",
            text: "a0: &a0 [x, x]\n"
                + (1..<40).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined()
                + "? *a39\n: 1\n? [*a39]\n: 2\n",
            problem: "a key that is no text, in a file with many aliases; write the key as text"),
        .init(
            testDescription: "merged over and over", ending: ".yaml",
            text: "a0: &a0 {x: 1, y: {z: 1}}\n"
                + (1..<40).map { "a\($0): &a\($0) {<<: [*a\($0 - 1), *a\($0 - 1)]}\n" }.joined(),
            problem: "the file holds more than 1000000 values; aliases count each time"),
        .init(
            testDescription: "deep YAML", ending: ".yaml",
            text: "a: " + many("[", 300) + many("]", 300),
            problem: "lists and mappings are nested more than 200 deep"),
        .init(
            testDescription: "very deep YAML", ending: ".yaml", text: "a: " + many("[", 1_000_000),
            problem: "lists and mappings are nested more than 200 deep"),
        .init(
            testDescription: "deep blocks", ending: ".yaml",
            text: many("- ", 100_000) + "1",
            problem: "lists and mappings are nested more than 200 deep"),
        .init(
            testDescription: "an alias of what is around it", ending: ".yaml", text: "a: &a [*a]",
            problem: "not valid YAML: found undefined alias"),
        .init(
            testDescription: "deep JSON", ending: ".json", text: "{\"a\": " + many("[", 100_000),
            problem: "lists and mappings are nested more than 200 deep"),
    ]

    @Test("quickly and with a message", arguments: cases)
    func refused(_ c: HostileCase) {
        let start = ContinuousClock.now
        do {
            _ = try Config.parse(text: c.text, name: "c", ending: c.ending)
            Issue.record("it was read")
        } catch let error as ConfigError {
            let issue = error.issues.first
            let text = (issue?.problem ?? "") + (issue?.remedy.map { "; \($0)" } ?? "")
            #expect(text.replacing("not valid Python: ", with: "") == c.problem)
        } catch {
            Issue.record("\(error)")
        }
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("files that inherit from each other without end")
    func chain() throws {
        let files = (0..<120).map { ("\($0).py", "_base_ = '\($0 + 1).py'\n") }
        let folder = try ConfigFolder(Dictionary(uniqueKeysWithValues: files))
        #expect(
            folder.failure(of: "0.py").hasPrefix(
                "99.py:1:10: _base_: files inherit from each other more than 100 deep"))
    }
}
