import Foundation
import Testing

/// A benchmark and the fields of its lines.
private struct Benchmark: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let fields: Set<String>
    let lines: Int
    var testDescription: String { arguments.joined(separator: " ") }

    private static let common: Set = [
        "benchmark", "machine", "median_seconds", "min_seconds", "max_seconds", "peak_rss_bytes",
        "repeats",
    ]
    private static let engine: Set = ["kernels", "threads"]
    private static let step: Set = [
        "preset", "model", "base_channels", "batch", "size", "dtype", "images_per_second",
    ]
    private static let brief = ["--warmup", "1", "--repeats", "2"]

    static let all = [
        Benchmark(
            arguments: ["train-step"] + BenchmarkTool.tinyStep,
            fields: common.union(engine).union(step), lines: 1),
        Benchmark(
            arguments: ["eval-step"] + BenchmarkTool.tinyStep,
            fields: common.union(engine).union(step), lines: 1),
        Benchmark(
            arguments: ["loader", "--workers", "0,2"] + brief,
            fields: common.union([
                "data", "images", "batch", "size", "crop", "workers", "images_per_second",
            ]), lines: 2),
        Benchmark(
            arguments: ["runner", "--iterations", "20"] + brief,
            fields: common.union(engine).union([
                "iterations", "optimizer_hook", "microseconds_per_iteration",
            ]),
            lines: 1),
        Benchmark(
            arguments: ["startup"] + brief, fields: common.union(["command"]), lines: 2),
        Benchmark(
            arguments: ["checkpoint", "--model", "ResNet-18"] + brief,
            fields: common.union(engine).union([
                "operation", "model", "bytes", "megabytes_per_second",
            ]), lines: 2),
    ]
}

@Suite("tools/benchmark: reports")
struct ReportTests {
    @Test("each line is an object with these fields", arguments: Benchmark.all)
    private func fields(_ expected: Benchmark) throws {
        let tool = try BenchmarkTool()
        defer { tool.remove() }
        let result = try tool(expected.arguments + ["--format", "json"])
        #expect(result.exitCode == 0)
        #expect(result.errors == "")
        #expect(result.objects.count == expected.lines)
        #expect(result.lines.count == expected.lines)
        for object in result.objects {
            #expect(Set(object.keys) == expected.fields)
            let times = ["min_seconds", "median_seconds", "max_seconds"].compactMap {
                object[$0] as? Double
            }
            #expect(times.count == 3 && times == times.sorted() && times[0] > 0)
            #expect(object["peak_rss_bytes"] as? Int ?? 0 > 1_000_000)
        }
    }

    @Test("a step's line says what was measured")
    func step() throws {
        let tool = try BenchmarkTool()
        defer { tool.remove() }
        let arguments = BenchmarkTool.tinyStep + ["--size", "4", "--format", "json"]
        let object = try #require(try tool(["train-step"] + arguments).objects.first)
        #expect(object["preset"] as? String == "digits")
        #expect(object["model"] as? String == "ResNet_CIFAR-18")
        #expect(object["batch"] as? Int == 2)
        #expect(object["size"] as? Int == 4)
        #expect(object["dtype"] as? String == "fp32")
        let median = try #require(object["median_seconds"] as? Double)
        let speed = try #require(object["images_per_second"] as? Double)
        #expect(abs(speed - 2 / median) < 1e-6 * speed)
    }

    @Test("text names machine, kernels and work")
    func text() throws {
        let tool = try BenchmarkTool()
        defer { tool.remove() }
        let result = try tool([
            "eval-step", "--model", "resnet18_cifar", "--batch", "1", "--size", "8", "--warmup",
            "1", "--repeats", "1",
        ])
        #expect(result.lines.count == 4)
        #expect(result.lines.first?.hasSuffix(" cores") == true)
        #expect(result.lines.dropFirst().first?.hasPrefix("oneDNN ") == true)
        #expect(
            result.lines.dropFirst(2).first
                == "eval-step ResNet_CIFAR-18 with 64 base channels, batch 1 of 3×8×8, fp32")
        #expect(result.lines.last?.hasPrefix("  MMRunner: ") == true)
    }
}
