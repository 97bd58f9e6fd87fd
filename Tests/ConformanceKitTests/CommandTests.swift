import Foundation
import Testing

@Suite("the conformance command") struct CommandTests {
    private static let ops = "\(OracleFixture.folder)cases/ops_numeric.json"

    @Test("--only restricts to prefixes, in front of the files or behind them")
    func only() {
        for arguments in [
            [Self.ops, "--only", "relu/", "linear/"], ["--only", "relu/", "linear/", Self.ops],
        ] {
            #expect(CommandOutcome(arguments).lines == ["2 passed, 0 failed"])
        }
    }

    @Test("training agrees with every algorithm", arguments: ["direct", "im2col", "transposed"])
    func algorithm(name: String) {
        let training = "\(OracleFixture.folder)cases/resnet_train.json"
        #expect(
            CommandOutcome([training, "--algorithm", name]).lines == ["1 passed, 0 failed"])
    }

    @Test("totals are over all files")
    func totals() {
        let trace = "\(OracleFixture.folder)cases/hook_trace.json"
        let outcome = CommandOutcome([Self.ops, trace, "--only", "relu/", "iter/empty/"])
        #expect(outcome.lines == ["2 passed, 0 failed"])
        #expect(outcome.exitCode == 0)
    }

    @Test(
        "what cannot be run fails",
        arguments: [
            (#"{"op": "fourier", "args": {}}"#, "unknown operation fourier"),
            (
                #"{"kind": "steps", "shapes": [], "groups": [], "optimizer": {"type": "Lion"}}"#,
                "unknown operation Lion"
            ),
            (#"{"op": "relu", "args": {}}"#, "malformed case: x is missing"),
            (#"{"something": "else"}"#, "no family of this program runs such a case"),
        ])
    func unknown(input: String, message: String) throws {
        for end in [
            #""expected": {}"#, #""expected": {"error": {}}"#, #""expected": {}, "ours": "either""#,
        ] {
            try withFile(#"{"cases": [{"name": "a", "input": \#(input), \#(end)}]}"#) { path in
                let outcome = CommandOutcome([path])
                #expect(
                    outcome.lines == ["FAILED cases: a", "    \(message)", "0 passed, 1 failed"])
                #expect(outcome.exitCode == 1)
            }
        }
    }

    @Test("a difference is shown with the expected and the actual value")
    func difference() throws {
        let array = #"{"shape": [2], "dtype": "float32", "data": "#
        let text = """
            {"cases": [{"name": "relu", "input": {"op": "relu", "args": {},
              "x": \(array)[-1, 2]}, "grad_y": \(array)[1, 1]}},
              "expected": {"y": \(array)[0, 2.5]}, "dx": \(array)[0, "nan"]}}}]}
            """
        try withFile(text) { path in
            #expect(
                CommandOutcome([path]).lines == [
                    "FAILED cases: relu",
                    "    y[1]: expected 2.5, got 2.0, allowed difference 2.5e-05 (1 of 2 values)",
                    "    dx[1]: expected nan, got 1.0, allowed difference 0.0 (1 of 2 values)",
                    "0 passed, 1 failed",
                ])
        }
    }

    @Test(
        "files and calls that cannot be used are one line and exit code 64",
        arguments: [
            ([], "conformance: no file was given; see --help"),
            (["missing.json"], "missing.json: the file cannot be read"),
            (["--verbose", "a.json"], "conformance: --verbose: unknown option; see --help"),
            (
                ["a.json", "--algorithm", "strassen"],
                "conformance: --algorithm: there is no \"strassen\"; expected one of direct, winograd, "
                    + "im2col, whole_image, transposed, matrix_tiles"
            ),
            (["a.json", "--algorithm"], "conformance: --algorithm: no name was given; see --help"),
            (["a.json", "--only"], "conformance: --only: no prefix was given; see --help"),
            (
                ["a.json", "--threads", "0"],
                "conformance: --threads: expected a positive number; see --help"
            ),
        ])
    func usage(arguments: [String], complaint: String) {
        let outcome = CommandOutcome(arguments)
        #expect(outcome.complaints == [complaint])
        #expect(outcome.lines == [])
        #expect(outcome.exitCode == 64)
    }

    @Test(
        "files of another format are refused",
        arguments: [
            ("no JSON", ":1:2: not valid JSON: null expected"),
            ("{}", ": cases: expected a list of recorded cases"),
            (#"{"cases": [{"input": {}}]}"#, ": cases[0]: name: required key is missing"),
            (
                #"{"cases": [{"name": "a", "input": {}}]}"#,
                ": cases[0]: expected: expected a mapping"
            ),
            (
                #"{"cases": [{"name": "a", "input": {}, "ours": "no"}]}"#,
                #": cases[0]: ours: expected accepts, refuses or either, got the string "no""#
            ),
        ])
    func format(text: String, problem: String) throws {
        try withFile(text) { path in
            let outcome = CommandOutcome([path])
            #expect(outcome.complaints == [path + problem])
            #expect(outcome.exitCode == 64)
        }
    }

    private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "conformance-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "cases.json").path(percentEncoded: false)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try body(path)
    }
}
