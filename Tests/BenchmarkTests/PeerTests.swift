import Foundation
import Testing

@Suite("tools/benchmark: peers", .serialized)
struct PeerTests {
    private static let arguments =
        ["train-step"] + BenchmarkTool.tinyStep + ["--format", "json", "--against-pytorch"]

    @Test("a peer answers each request, and its line tells how its times compare")
    func comparison() throws {
        let tool = try BenchmarkTool()
        defer { tool.remove() }
        let python = try tool.script(
            #"read settings; echo "$settings" >>"$0.settings""#,
            #"echo '{"version": "PyTorch 9"}'"#,
            #"while read line; do echo "$line" >>"$0.requests""#,
            #"echo '{"seconds": 1000.0, "peak_rss_bytes": 12345}'; done"#)
        let result = try tool(
            Self.arguments + ["--python", python, "--peers", "nchw_fp32,channels_last_bf16"])
        #expect(result.errors == "")
        let objects = result.objects
        #expect(objects.count == 3)
        #expect(objects.map { $0["peer"] as? String } == [nil, "nchw_fp32", "channels_last_bf16"])
        // Ours beside either peer.
        #expect(objects.map { $0["repeats"] as? Int } == [4, 2, 2])
        for peer in objects.dropFirst() {
            #expect(peer["version"] as? String == "PyTorch 9")
            #expect(peer["preset"] as? String == "digits")
            #expect(peer["median_seconds"] as? Double == 1000)
            #expect(peer["peak_rss_bytes"] as? Int == 12345)
            let ratios = ["ratio_min", "ratio", "ratio_max"].compactMap { peer[$0] as? Double }
            #expect(ratios.count == 3 && ratios == ratios.sorted() && ratios[0] > 1)
        }
        let settings = try String(contentsOfFile: "\(python).settings", encoding: .utf8)
            .split(separator: "\n").map { try JSONSerialization.jsonObject(with: Data($0.utf8)) }
        #expect(settings.count == 2 && settings.allSatisfy { $0 is [String: Any] })
        // A warm-up and two turns of two peers; a turn repeats work that takes no time.
        let requests = try String(contentsOfFile: "\(python).requests", encoding: .utf8)
        #expect(requests.count >= 6 && requests.allSatisfy { $0 == "\n" })
    }

    private struct Failure: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let script: String
        /// What is said; PYTHON stands for the program.
        let message: String
    }

    private static let failures = [
        Failure(
            testDescription: "without torch",
            script: #"echo '{"problem": "No module named torch", "missing": true}'"#,
            message: "PyTorch: not measured; PYTHON: No module named torch\n"),
        Failure(
            testDescription: "a form that cannot be run", script: #"echo '{"problem": "no"}'"#,
            message: "PyTorch nchw_fp32: not measured; PYTHON: no\n"
                + "PyTorch channels_last_fp32: not measured; PYTHON: no\n"),
        Failure(
            testDescription: "an end in the middle", script: #"echo '{"version": "9"}'; exit 3"#,
            message: "PyTorch nchw_fp32: not measured; PYTHON: it ended without an answer "
                + "(exit code 3)\nPyTorch channels_last_fp32: not measured; PYTHON: it ended without "
                + "an answer (exit code 3)\n"),
    ]

    @Test("a peer that fails is told of, and ours is still measured", arguments: failures)
    private func failure(_ failure: Failure) throws {
        let tool = try BenchmarkTool()
        defer { tool.remove() }
        let python = try tool.script(failure.script)
        let result = try tool(
            Self.arguments + ["--python", python, "--peers", "nchw_fp32,channels_last_fp32"])
        #expect(result.exitCode == 0)
        #expect(
            result.errors == failure.message.replacingOccurrences(of: "PYTHON", with: python))
        #expect(result.objects.count == 1)
        #expect(result.objects.first?["repeats"] as? Int == 2)
    }

    @Test("a Python that is not there")
    func absent() throws {
        let tool = try BenchmarkTool()
        defer { tool.remove() }
        let result = try tool(Self.arguments + ["--python", "no-such-python"])
        #expect(result.errors == "PyTorch: not measured; no-such-python: no such program\n")
        #expect(result.objects.count == 1)
    }

    @Test(
        "PyTorch itself",
        .enabled(
            if: TorchPython.isThere,
            "python3 has no torch; BENCHMARK_PYTHON may name a Python that has"),
        arguments: ["train-step", "eval-step"])
    func pytorch(command: String) throws {
        let tool = try BenchmarkTool()
        defer { tool.remove() }
        let forms = ["nchw_fp32", "channels_last_fp32", "channels_last_bf16"]
        let result = try tool(
            [command] + BenchmarkTool.tinyStep + [
                "--format", "json", "--against-pytorch", "--python", TorchPython.path, "--peers",
                forms.joined(separator: ","),
            ])
        #expect(result.errors == "")
        #expect(result.objects.dropFirst().map { $0["peer"] as? String } == forms)
        for peer in result.objects.dropFirst() {
            #expect((peer["version"] as? String)?.hasPrefix("PyTorch ") == true)
            #expect(peer["peak_rss_bytes"] as? Int ?? 0 > 100_000_000)
        }
    }
}
